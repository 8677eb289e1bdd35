// Facts
//   name:       forecast
//   decides:    the placement that is expected to end first: timed dynamic programming, each
//               transfer taking as long as it is expected to from the date on at which it starts
//   ignores:    that a later decision may know more; the spread of what it expects
//   parameters: dynamics = estimated | known | mean | harmonic | ewma: where forecasts come from;
//               weight, of ewma; queues = ignore | wait
//   cost:       O(n K^2) transfers, each O(states of the chain)
//   reference:  baselines of ours. harmonic: Yin, Jindal, Sekar, Sinopoli, "A Control-Theoretic
//               Approach for Dynamic Adaptive Video Streaming over HTTP", SIGCOMM 2015
#include "policies/forecast/forecast.hpp"

#include "core/text.hpp"
#include "core/timed_dp.hpp"
#include "policies/forecast/network_forecast.hpp"
#include "policies/latency_only.hpp"
#include "policies/waits.hpp"

namespace mec {

namespace {

class ForecastPolicy final : public Policy {
 public:
  explicit ForecastPolicy(const PolicyContext& context)
      : forecast_(context.network, context.parameters.at("dynamics"),
                  parse_double(context.parameters.at("weight")).value()),
        queues_(looks_at_queues(context.parameters)) {}

  Placement decide(const DecisionRequest& request) override {
    require_latency(request, "policy forecast");
    forecast_.look(request);
    const ForecastCarrier forecast = forecast_.carrier(request.state);
    if (queues_) {
      const WaitingCarrier waiting(forecast, request.observed);
      return solve_timed_dp(waiting, request.topology, request.task, request.at).placement;
    }
    return solve_timed_dp(forecast, request.topology, request.task, request.at).placement;
  }

 private:
  NetworkForecast forecast_;
  bool queues_;
};

std::vector<PolicyParameter> parameters() {
  using Type = PolicyParameter::Type;
  return {{"dynamics", Type::text, "estimated",
           "what forecasts rest on: a Markov chain estimated from all that was measured, the "
           "channel's own model (known: not for traces), or a mean of the window (mean, harmonic, "
           "ewma)",
           forecast_dynamics()},
          {"weight",
           Type::number,
           "0.25",
           "ewma, and estimated at first: weight of a measurement against those before it",
           {},
           1e-6,
           1},
          queues_parameter()};
}

}  // namespace

PolicyEntry forecast_policy() {
  return {"forecast", "the placement expected to end first on forecast bandwidths",
          "baselines of ours; harmonic: Yin et al., SIGCOMM 2015", parameters(),
          [](const PolicyContext& context) -> std::unique_ptr<Policy> {
            try {
              return std::make_unique<ForecastPolicy>(context);
            } catch (const PolicyError& error) {
              throw PolicyError(std::string("policy forecast: ") + error.what());
            }
          }};
}

}  // namespace mec
