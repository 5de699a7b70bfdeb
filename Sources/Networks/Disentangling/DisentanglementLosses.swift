import Torch

/// What a batch of whole days is trained on.
public struct DisentanglementBatch {
  /// [rows, steps, columns].
  public let windows: Tensor
  /// The excess return, standardised: [rows].
  public let excess: Tensor
  /// The market's trend, `int64`, of the rows at `trendRows`; `nil` where no day's trend is known.
  public let trend: Tensor?
  /// Positions in the batch, `int64`.
  public let trendRows: Tensor?
  /// What `ForecastLeak` needs; `nil` where κ = 0.
  public let known: Known?

  public struct Known {
    /// What ridge regression foretells of the excess label: [rows].
    public let linear: Tensor
    /// [rows, rows]: what makes of values their means over the row's date.
    public let dateMeans: Tensor

    public init(linear: Tensor, dateMeans: Tensor) {
      (self.linear, self.dateMeans) = (linear, dateMeans)
    }
  }

  public init(
    windows: Tensor, excess: Tensor, trend: Tensor?, trendRows: Tensor?, known: Known? = nil
  ) {
    (self.windows, self.excess) = (windows, excess)
    (self.trend, self.trendRows, self.known) = (trend, trendRows, known)
  }
}

/// The losses of augmented disentanglement distillation, each a mean over the rows of a batch.
///
/// - L_pre = MSE(Pre_E(f_E), Y_E) + CE(Pre_M(f_M), Y_M)
/// - L_adv = MSE(Adv_E(f_M), Y_E) + CE(Adv_M(f_E), Y_M)
/// - L_rec = MSE(X, X̂)
/// - L_dis = mean of w · MSE(h_t, h_s), h both codes side by side, of teacher and student
/// - L_leak: see `ForecastLeak`
///
/// Encoders, predictors and decoder minimise L_pre − λ L_adv + μ L_rec + ξ L_dis + κ L_leak while the
/// adversaries stand still; the adversaries minimise L_adv while the codes do. Tang et al. (2020), arXiv
/// 2012.06289, who do not have L_leak.
public struct DisentanglementLosses: Sendable, Equatable {
  /// λ.
  public var adversarial: Double
  /// μ.
  public var reconstruction: Double
  /// ξ.
  public var distillation: Double
  /// κ.
  public var leak: Double

  public init(
    adversarial: Double, reconstruction: Double, distillation: Double, leak: Double = 0
  ) {
    (self.adversarial, self.reconstruction) = (adversarial, reconstruction)
    (self.distillation, self.leak) = (distillation, leak)
  }

  /// The parts of the loss, with their graph.
  public struct Terms {
    public let prediction: Tensor
    public let adversarial: Tensor
    public let reconstruction: Tensor
    /// `nil` without a teacher.
    public let distillation: Tensor?
    /// Pre_E(f_E), [rows].
    public let forecasts: Tensor
    /// `nil` where nothing is known.
    public let leak: Tensor?
  }

  /// What a student is to resemble: the teacher's codes [rows, 2 · hidden] and a weight a row.
  public struct Teaching {
    public let codes: Tensor
    /// Given the student's forecasts, [rows].
    public let weights: (_ forecasts: Tensor) throws -> Tensor

    public init(codes: Tensor, weights: @escaping (_ forecasts: Tensor) throws -> Tensor) {
      (self.codes, self.weights) = (codes, weights)
    }
  }

  /// L_adv, which adversaries minimise by detached codes, and the rest maximises by live ones.
  public func adversaries(
    of network: DisentanglingNetwork, _ codes: DisentanglingNetwork.Codes,
    _ batch: DisentanglementBatch, _ pass: Pass
  ) throws -> Tensor {
    let excess = try network.marketAdversary(codes.market, pass).squeezed(-1)
      .squaredError(batch.excess)
    guard
      let trend = try Self.crossEntropy(network.excessAdversary(codes.excess, pass), batch)
    else { return excess }
    return try excess + trend
  }

  public func terms(
    of network: DisentanglingNetwork, _ codes: DisentanglingNetwork.Codes,
    _ batch: DisentanglementBatch, _ teaching: Teaching? = nil, _ pass: Pass
  ) throws -> Terms {
    let forecasts = try network.excessPredictor(codes.excess, pass).squeezed(-1)
    var prediction = try forecasts.squaredError(batch.excess)
    if let trend = try Self.crossEntropy(network.marketPredictor(codes.market, pass), batch) {
      prediction = try prediction + trend
    }
    let distillation = try teaching.map { teaching in
      let own = try Tensor.concatenated([codes.excess, codes.market], -1)
      let distances = try own.squaredError(teaching.codes, .none).mean(-1)
      return try (teaching.weights(forecasts.detached()) * distances).mean()
    }
    return Terms(
      prediction: prediction,
      adversarial: try adversaries(of: network, codes, batch, pass),
      reconstruction: try network.reconstruction(codes, pass).squaredError(batch.windows),
      distillation: distillation, forecasts: forecasts,
      leak: try batch.known.map { known in
        let both = try Tensor.concatenated(
          [forecasts.detached().unsqueezed(-1), known.linear.unsqueezed(-1)], -1)
        return try ForecastLeak.share(of: both, in: codes.market, within: known.dateMeans)
      })
  }

  /// What encoders, predictors and decoder minimise.
  public func total(_ terms: Terms) throws -> Tensor {
    var total =
      try terms.prediction - terms.adversarial * adversarial
      + terms.reconstruction * reconstruction
    if let term = terms.distillation { total = try total + term * distillation }
    if let term = terms.leak { total = try total + term * leak }
    return total
  }

  /// `nil` where no row of the batch has a trend.
  private static func crossEntropy(
    _ logits: Tensor, _ batch: DisentanglementBatch
  ) throws -> Tensor? {
    guard let trend = batch.trend, let rows = batch.trendRows else { return nil }
    return try logits.indexSelected(0, rows).crossEntropy(trend)
  }
}
