import Datasets
import Market

extension GARCHParts {
  /// μ, ω, α, γ, β, ν (0 for normal innovations), the variance of the day to come, the largest
  /// shock.
  private static let processWidth = 8

  func stored() -> StoredParameters {
    var parameters = StoredParameters()
    func store(_ name: String, _ shape: [Int], _ values: [Double]) {
      parameters.arrays[name] = StoredParameters.Array(shape: shape, values: values)
    }
    store("factor", [Self.processWidth], factor.numbers)
    store("fit", [2], [logLikelihood, Double(still)])
    store("loadings", [assets.count, 2], assets.flatMap { [$0.intercept, $0.slope] })
    if assets.count > 1 {
      store(
        "residuals", [assets.count, Self.processWidth],
        assets.flatMap { $0.residual?.numbers ?? [] })
    }
    let width = companions.first?.components.count ?? 0
    if width > 0 {
      let counts = companions.map(\.standardised.count)
      store("companions.days", [assets.count], counts.map(Double.init))
      let rows = counts.reduce(0, +)
      if rows > 0 {
        store(
          "companions.standardised", [rows],
          companions.flatMap { $0.standardised.map { Double($0) } })
        store(
          "companions.values", [rows, width],
          companions.flatMap { $0.values.map { Double($0) } })
      }
    }
    return parameters
  }

  /// - Throws: `GeneratorError.stored` where something is absent, misshapen or no valid model.
  init(
    _ stored: StoredParameters, of market: FittedMarket,
    _ hyperparameters: GARCH.Hyperparameters
  ) throws {
    func refuse(_ reason: String) -> GeneratorError {
      .stored(generator: GARCH.id, reason: reason)
    }
    func take(_ name: String, _ shape: [Int]) throws -> [Double] {
      guard let array = stored.arrays[name], array.shape == shape else {
        throw refuse("'\(name)' is absent or not of shape \(shape)")
      }
      return array.values
    }
    let (count, size) = (market.universe.count, Self.processWidth)
    let isNormal = hyperparameters.innovations == .normal
    func process(_ numbers: ArraySlice<Double>, _ name: String) throws -> VolatilityProcess {
      guard let process = VolatilityProcess(Array(numbers), isNormal: isNormal) else {
        throw refuse("'\(name)' holds no valid model")
      }
      return process
    }
    factor = try process(take("factor", [size])[...], "factor")
    let loadings = try take("loadings", [count, 2])
    guard loadings.allSatisfy(\.isFinite) else { throw refuse("'loadings' are not finite") }
    let residuals = count > 1 ? try take("residuals", [count, size]) : []
    assets = try (0..<count).map { asset in
      Asset(
        intercept: loadings[2 * asset], slope: loadings[2 * asset + 1],
        residual: count > 1
          ? try process(residuals[asset * size..<(asset + 1) * size], "residuals") : nil)
    }
    let fit = try take("fit", [2])
    guard let still = Int(exactly: fit[1]) else { throw refuse("'fit' counts no assets") }
    (logLikelihood, self.still) = (fit[0], still)

    let components = market.components.filter { $0 != .logReturn }
    let none = CompanionDays(standardised: [], values: [], components: components)
    companions = Array(repeating: none, count: count)
    guard !components.isEmpty else { return }
    let counts = try take("companions.days", [count]).map { Int(exactly: $0) ?? -1 }
    guard counts.allSatisfy({ (0...10_000_000).contains($0) }) else {
      throw refuse("'companions.days' are no counts")
    }
    let rows = counts.reduce(0, +)
    guard rows > 0 else { return }
    let standardised = try take("companions.standardised", [rows])
    let values = try take("companions.values", [rows, components.count])
    guard standardised.allSatisfy(\.isFinite), values.allSatisfy(\.isFinite) else {
      throw refuse("'companions' are not finite")
    }
    var row = 0
    for (asset, days) in counts.enumerated() {
      companions[asset] = CompanionDays(
        standardised: standardised[row..<row + days].map { Float($0) },
        values: values[row * components.count..<(row + days) * components.count].map { Float($0) },
        components: components)
      row += days
    }
  }
}

extension VolatilityProcess {
  fileprivate var numbers: [Double] {
    [
      model.mean, model.omega, model.alpha, model.gamma, model.beta, model.degrees ?? 0, variance,
      largestShock,
    ]
  }

  fileprivate init?(_ numbers: [Double], isNormal: Bool) {
    let model = VolatilityModel(
      mean: numbers[0], omega: numbers[1], alpha: numbers[2], gamma: numbers[3],
      beta: numbers[4], degrees: isNormal ? nil : numbers[5])
    guard numbers.allSatisfy(\.isFinite), model.omega > 0, model.alpha >= 0,
      model.alpha + model.gamma >= 0, model.beta >= 0, model.persistence < 1,
      isNormal || numbers[5] > 2, numbers[6] > 0, numbers[7] > 0
    else { return nil }
    self.init(model, variance: numbers[6], largestShock: numbers[7])
  }
}
