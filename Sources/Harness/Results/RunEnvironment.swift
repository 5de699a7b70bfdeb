import Foundation
import HDF5
import SupportVectors
import Torch
import Trees

/// The machine and the libraries a run was made with: `environment.json`.
public struct RunEnvironment: Codable, Sendable, Equatable {
  public let qbench: String
  public let system: String
  public let processor: String
  public let cores: Int
  public let memoryGiB: Double
  public let libtorch: String
  public let hdf5: String
  public let xgboost: String
  public let liblinear: String
  public let libsvm: String
  /// Instructions of the fused kernels; other ones give other last bits.
  public let kernels: String
  public let devices: [String]
  /// Threads of OpenBLAS; `nil` where libtorch multiplies matrices with another library.
  public let openBLASThreads: Int?
  let libtorchBuild: String
  /// Threads that a worker's tensor operations use.
  public let threadsPerWorker: Int

  /// Looks at this machine and at the libraries this process has loaded.
  public static func current() throws -> RunEnvironment {
    let process = ProcessInfo.processInfo
    return RunEnvironment(
      qbench: Version.current, system: process.operatingSystemVersionString,
      processor: processorName(), cores: process.activeProcessorCount,
      memoryGiB: (Double(process.physicalMemory) / Double(1 << 30) * 10).rounded() / 10,
      libtorch: TorchRuntime.version, hdf5: NativeLibrary.version ?? "unknown",
      xgboost: XGBoostLibrary.version,
      liblinear: dotted(LinearSupportVectorRegression.libraryVersion),
      libsvm: dotted(KernelSupportVectorRegression.libraryVersion),
      kernels: "\(FusedKernels.path)",
      devices: ["cpu"] + (0..<TorchRuntime.cudaDevices).map { "cuda:\($0)" },
      openBLASThreads: TorchRuntime.blasThreads,
      libtorchBuild: TorchRuntime.buildConfiguration, threadsPerWorker: 1)
  }

  /// Names and values for people.
  public var rows: [(name: String, value: String)] {
    [
      ("qbench", qbench), ("system", system), ("processor", processor), ("cores", "\(cores)"),
      ("memory", "\(memoryGiB) GiB"), ("libtorch", libtorch), ("HDF5", hdf5),
      ("XGBoost", xgboost), ("LIBLINEAR", liblinear), ("LIBSVM", libsvm),
      ("kernels", kernels),
      ("devices", devices.joined(separator: ", ")),
      ("threads", "\(threadsPerWorker) a worker"),
    ]
  }

  /// What this installation lacks and how to get it, one line each; empty where it lacks nothing.
  public var advice: [String] {
    var lines: [String] = []
    if openBLASThreads == nil, !libtorchBuild.contains("USE_MKL=ON") {
      lines.append(
        "OpenBLAS: without it matrix products are several times slower; "
          + "apt-get install libopenblas-dev")
    }
    if devices == ["cpu"] {
      lines.append(
        "CUDA device: networks train on the CPU; for a GPU build with a CUDA libtorch: "
          + "LIBTORCH=/path/to/torch make release, then qbench run --device cuda")
    }
    if memoryGiB < 4 {
      lines.append("memory: less than 4 GiB; use --jobs 1, or a smaller universe")
    }
    return lines
  }

  /// 243 as 2.43: how both libraries number their releases.
  private static func dotted(_ version: Int) -> String {
    "\(version / 100).\(version % 100)"
  }

  private static func processorName() -> String {
    guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("model name") }),
      let colon = line.firstIndex(of: ":")
    else { return "unknown" }
    return line[line.index(after: colon)...].drop { $0 == " " }.description
  }
}
