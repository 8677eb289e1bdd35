// One observer that is many.
#pragma once

#include <utility>
#include <vector>

#include "core/records.hpp"

namespace mec::cli {

// Passes everything on to several observers.
class Broadcast final : public Observer {
 public:
  explicit Broadcast(std::vector<Observer*> observers) : observers_(std::move(observers)) {}
  void begin_run(const RunLabel& label) override {
    for (Observer* observer : observers_) {
      observer->begin_run(label);
    }
  }
  void activity(const ActivityRecord& record) override {
    for (Observer* observer : observers_) {
      observer->activity(record);
    }
  }
  void task_finished(const TaskRecord& record) override {
    for (Observer* observer : observers_) {
      observer->task_finished(record);
    }
  }
  void end_run(const RunCounts& counts) override {
    for (Observer* observer : observers_) {
      observer->end_run(counts);
    }
  }

 private:
  std::vector<Observer*> observers_;
};

}  // namespace mec::cli
