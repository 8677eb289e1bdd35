// Decisions to learn from: a policy runs tasks on one device, and for each decision that it met,
// what each site for the next subtask would have cost is found out on the same future.
//
// A cost is the time from the decision on until the task ends, on the bandwidths as they really
// were, the rest being placed by the policy itself (roll_out: its improvement is what is learned,
// Lagoudakis and Parr, "Reinforcement Learning as Classification", ICML 2003; Ross and Bagnell,
// "Reinforcement and Imitation Learning via Interactive No-Regret Learning", 2014) or by the
// clairvoyant one (hindsight: imitation of who knows the future; DAgger, Ross, Gordon, Bagnell,
// AISTATS 2011). Where whole tasks are placed at once, the rest follows the forecast plan.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/roll_out.hpp"
#include "core/scenario.hpp"
#include "policies/learning/inference/fused_network.hpp"
#include "policies/online_dil/moving_features.hpp"

namespace mec::online {

/// What the rest of a task costs in a label.
enum class Label { roll_out, hindsight };

/// Row i of every array is decision i.
struct Decisions {
  std::vector<float> features;      // [count x width]
  std::vector<SiteValues> excess;   // of the forecast plan
  std::vector<SiteValues> seconds;  // until the end, by the site of the next subtask
  std::vector<SiteValues> taught;   // the teacher's logits, its plan included; empty without one
  [[nodiscard]] std::size_t count() const { return excess.size(); }
};

/// A network's scores added to what the forecast plan says against each site.
inline constexpr double kSharpness = 20.0;  // score of a plan that takes twice as long
[[nodiscard]] SiteValues logits_of(const float* scores, const SiteValues& excess);
[[nodiscard]] SiteIndex best_site(const float* scores, const SiteValues& excess);

class Episodes {
 public:
  /// `network` corrects the `plan` (MovingFeatures); it and the `teacher`, which sees the same and
  /// may be null, must outlive this. Equal streams, equal episodes.
  Episodes(const Scenario& scenario, const RandomStreams& streams, const std::string& plan,
           learning::FusedNetwork& network, learning::FusedNetwork* teacher = nullptr);

  /// Adds the decisions of whole tasks until there are at least `count`. Of a share `explore` of
  /// them, the policy goes on from a random site. With a teacher, its logits take the place of the
  /// labels: nothing is rolled out.
  void collect(std::size_t count, Label label, double explore, Decisions& decisions);

  /// Of the next tasks, one after the other, in seconds: as the policy places them, and the least
  /// that it could have been.
  struct Latencies {
    std::vector<double> own;
    std::vector<double> least;
  };
  [[nodiscard]] Latencies latencies(std::size_t tasks);

 private:
  struct Place {
    std::size_t t = 0;
    SiteIndex at = kDevice;
    Seconds now;
  };
  [[nodiscard]] SiteIndex decide(const Place& place);
  /// Moves on to where the next subtask has been done at `site`; seconds.
  double advance(Place& place, SiteIndex site) const;
  [[nodiscard]] double finish(Place place);
  void add_label(const Place& place, Label label, Decisions& decisions);
  [[nodiscard]] double seconds_to_end(const Place& place, SiteIndex site, Label label);
  /// Of the task as the latest decision has planned it.
  [[nodiscard]] double seconds_of_plan(const Place& place, SiteIndex site) const;

  RollOutWorld world_;
  DecisionMoment when_;
  learning::FusedNetwork& network_;
  learning::FusedNetwork* teacher_;
  MovingFeatures features_;
  RandomEngine random_;
  std::vector<float> values_;
};

}  // namespace mec::online
