import Market
import Networks

extension QuantGAN {
  enum Architecture: String, SpecChoice {
    /// Constrained stochastic volatility: R = |h₁| ε + h₂, h from earlier noise alone.
    case constrained = "c_svnn"
    /// The return is whatever the network gives.
    case free = "tcn"
  }

  enum Objective: String, SpecChoice {
    /// Logarithmic, not saturating, with a penalty on slopes at real windows (Mescheder et al., 2018).
    case log
    /// Wasserstein, with a penalty on slopes between real and made windows (Gulrajani et al., 2017).
    case wasserstein = "wgan_gp"
  }

  struct Hyperparameters: Codable, Sendable, Equatable {
    var architecture = Architecture.constrained
    var loss = Objective.log
    /// Blocks of kernel 2 with dilations 1, 2, 4, …; the receptive field is 1 + 2 (2^levels − 1).
    var levels = 6
    var hidden = 16
    var criticHidden = 16
    var noise = 3
    /// Whether networks read the size of the first noise beside it.
    var readsSizes = true
    /// Generator steps of the market's network, and of the one that all assets share.
    var steps = 600
    var assetSteps = 300
    /// Paths a step, and their dates; as many windows as they hold go to the critic.
    var paths = 8
    var days = 381
    var criticSteps = 1
    var generatorRate = 0.002
    var criticRate = 0.001
    /// What is left of both rates after the last step; 1 leaves them as they are.
    var finalRate = 0.05
    /// γ of `log`, λ of `wgan_gp`.
    var penalty = 10.0
    /// Weight of the distance of autocorrelations, leverage effect and horizons' distributions beside
    /// the adversarial loss; 0 is the paper's loss.
    var matching = 1.0
    /// Which correlations it is of; `each` wants paths about as long as the series they are to be compared with.
    var correlations = StylizedFacts.Pooling.together
    /// Batches that the distance is averaged over, about; 0 measures each by itself.
    var memory = 0
    /// Share of the steps after which the distance is of values as the quantile map of the next look at the
    /// validation has them; 1 for none.
    var mapsFrom = 1.0
    /// How much the average of the network's weights keeps of itself a step; 0 takes weights as they are.
    var averaging = 0.0
    /// Weight of the adversarial loss in the generator's.
    var adversarial = 0.1
    var heavyTails = true
    /// Whether sampled values are mapped to the training distribution, quantile to quantile.
    var calibrate = true
    /// The largest move that is let through, against the largest in training.
    var guardFactor = 2.0
    var factors = 8
    var riskNeutral = false
    /// The drift under risk neutrality: log return a day.
    var rate = 0.0
    var validateEvery = 20

    var receptiveField: Int { 1 + 2 * ((1 << levels) - 1) }

    /// Of the autocorrelations that are matched.
    var lags: Int { max(1, min(receptiveField - 1, days / 2)) }

    var blocks: [TemporalConvolutionNetwork.Block] {
      [.init(kernel: 1, dilation: 1)]
        + (0..<levels).map { .init(kernel: 2, dilation: 1 << $0) }
    }
  }

  static func validate(_ given: Hyperparameters) throws(SpecError) {
    func require(_ met: Bool, _ key: String, _ value: some Any, _ accepted: String)
      throws(SpecError)
    {
      guard met else { throw .invalid(key: key, value: "\(value)", accepted: accepted) }
    }
    try require((1...9).contains(given.levels), "levels", given.levels, "1 to 9")
    for (key, value) in [
      ("hidden", given.hidden), ("criticHidden", given.criticHidden),
    ] {
      try require((1...1024).contains(value), key, value, "1 to 1024")
    }
    try require((1...64).contains(given.noise), "noise", given.noise, "1 to 64")
    for (key, value) in [
      ("steps", given.steps), ("assetSteps", given.assetSteps), ("paths", given.paths),
      ("criticSteps", given.criticSteps), ("validateEvery", given.validateEvery),
    ] {
      try require((1...10_000_000).contains(value), key, value, "1 to 10000000")
    }
    try require(
      (given.receptiveField...100_000).contains(given.days), "days", given.days,
      "\(given.receptiveField), the receptive field, to 100000")
    try require(
      given.paths * given.days <= 1_000_000, "paths", given.paths,
      "1 to \(1_000_000 / given.days), so that a step makes at most a million days")
    let pairs = given.lags * (given.days - given.lags)
    try require(
      given.paths * pairs <= 20_000_000, "paths", given.paths,
      "1 to \(20_000_000 / pairs), so that a step compares at most twenty million pairs of days")
    for (key, value) in [
      ("generatorRate", given.generatorRate), ("criticRate", given.criticRate),
      ("finalRate", given.finalRate),
    ] {
      try require(value > 0 && value <= 1, key, value, "above 0, to 1")
    }
    for (key, value) in [
      ("penalty", given.penalty), ("matching", given.matching), ("adversarial", given.adversarial),
    ] {
      try require(value >= 0 && value.isFinite, key, value, "0 or more")
    }
    try require((0...10_000).contains(given.memory), "memory", given.memory, "0 to 10000")
    try require(
      given.mapsFrom == 1 || given.mapsFrom >= 0 && given.mapsFrom < 1 && given.calibrate,
      "mapsFrom", given.mapsFrom,
      given.calibrate ? "0 to below 1, or 1 for none" : "1 where calibrate is false")
    if given.mapsFrom < 1 {
      let looks = (given.mapsFrom * Double(given.steps) / Double(given.validateEvery)).rounded(.up)
      try require(
        max(1, looks) * Double(given.validateEvery) < Double(given.steps), "mapsFrom",
        given.mapsFrom, "a share that leaves steps after a look at the validation (validateEvery)")
    }
    try require(
      given.averaging >= 0 && given.averaging < 1, "averaging", given.averaging, "0, to below 1")
    try require(
      given.matching > 0 || given.adversarial > 0, "matching", given.matching,
      "above 0 where adversarial is 0")
    try require((1...100).contains(given.guardFactor), "guardFactor", given.guardFactor, "1 to 100")
    try require((0...100).contains(given.factors), "factors", given.factors, "0 to 100")
    try require(abs(given.rate) <= 0.1, "rate", given.rate, "-0.1 to 0.1")
    if given.riskNeutral {
      // E[exp R] is infinite under any heavy tail, and has a formula for the constrained network.
      try require(
        given.architecture == .constrained && !given.heavyTails && !given.calibrate,
        "riskNeutral", true,
        "false, unless architecture is 'c_svnn', heavyTails false and calibrate false")
    }
  }
}
