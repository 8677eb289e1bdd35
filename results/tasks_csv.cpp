#include "results/tasks_csv.hpp"

namespace mec {

namespace {

template <int T, int D, int W, int E>
void append_column(CsvBuffer& out, Quantity<T, D, W, E> quantity) {
  out.push_back(',');
  append_csv_number(out, quantity.value());
}

template <std::integral Integer>
void append_column(CsvBuffer& out, Integer value) {
  out.push_back(',');
  append_csv_number(out, value);
}

void append_column(CsvBuffer& out, const Placement& placement) {
  char separator = ',';
  for (const SiteIndex site : placement) {
    out.push_back(separator);
    append_csv_number(out, static_cast<unsigned>(site));
    separator = ' ';
  }
  if (placement.empty()) {
    out.push_back(separator);
  }
}

std::string_view status_column(TaskStatus status) {
  return status == TaskStatus::completed ? ",completed\n" : ",failed\n";
}

}  // namespace

std::string task_columns(MeasuredTimes times) {
  const std::string measured = times == MeasuredTimes::written ? "decision_ns," : "";
  return "scenario,policy,seed,replication,task,device,release_s,decided_s,finish_s,latency_s,"
         "exec_s,transfer_s,wait_s,decision_s," +
         measured + "energy_j,placement,estimated_latency_s,optimal_latency_s,status";
}

std::string cell_columns() { return task_columns(MeasuredTimes::left_out); }

TasksCsv::TasksCsv(OutputFile& file, MeasuredTimes times) : file_(file), times_(times) {
  file_.write(task_columns(times) + "\n");
}

void TasksCsv::begin_run(const RunLabel& label) {
  label_.clear();
  append_csv_text(label_, label.scenario);
  label_.push_back(',');
  append_csv_text(label_, label.policy);
  append_column(label_, label.seed);
  append_column(label_, label.replication);
}

void TasksCsv::task_finished(const TaskRecord& record) {
  row_.clear();
  row_.append(label_.data(), label_.data() + label_.size());
  append_column(row_, record.task);
  append_column(row_, record.device);
  append_column(row_, record.release);
  append_column(row_, record.decided);
  append_column(row_, record.finish);
  append_column(row_, record.latency());
  append_column(row_, record.exec);
  append_column(row_, record.transfer);
  append_column(row_, record.wait);
  append_column(row_, record.decision);
  if (times_ == MeasuredTimes::written) {
    append_column(row_, record.decision_ns);
  }
  append_column(row_, record.energy);
  append_column(row_, record.placement);
  append_column(row_, record.estimated_latency);
  append_column(row_, record.optimal_latency);
  row_.append(status_column(record.status));
  file_.write({row_.data(), row_.size()});
}

}  // namespace mec
