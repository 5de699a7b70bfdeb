import Foundation
import Testing

@Suite struct CommandLineTests {
  @Test func helpNamesEveryCommandAndItsOptions() throws {
    let scratch = try Scratch()
    let general = try Binary.run("--help", in: scratch.url)
    #expect(general.status == 0)
    for command in ["run", "baseline", "gate", "import", "describe", "export", "list", "doctor"] {
      #expect(general.output.contains("\n  \(command) "))
      let own = try Binary.run(command, "--help", in: scratch.url)
      #expect(own.status == 0)
      #expect(own.output.hasPrefix("usage: qbench \(command)"))
    }
    #expect(!general.output.contains("worker"))
    #expect(try Binary.run("--version", in: scratch.url).output.hasPrefix("qbench "))
  }

  @Test(arguments: [
    (["rnu"], "no command 'rnu' (did you mean 'run'?)"),
    (["run", "--sedes", "2"], "did you mean '--seeds'"),
    (["run", "--seeds"], "--seeds needs a value"),
    (["run", "--seeds", "two"], "--seeds is 'two'; accepted: a whole number"),
    (["run", "--seeds", "0"], "--seeds is '0'"),
    (["run", "--dry-run=yes"], "--dry-run takes no value"),
    (["run", "--seeds", "2", "--seeds=3"], "--seeds was given 2 times (2, 3); give it once"),
    (["run", "missing.json5"], "missing.json5"),
    (["run", "one.json5", "two.json5"], "one word too many"),
    (["run", "--families", "liner"], "did you mean 'linear'"),
    (["run", "--profile", "quik"], "did you mean 'quick'"),
    (["run", "--dataset", "nowhere.h5"], "nowhere.h5"),
    (["run", "--dataset", "refrence"], "did you mean 'reference'"),
    (["describe"], "needs FILE.h5"),
    (["describe", "missing.h5"], "missing.h5"),
    (["import", "parquet", "a"], "accepted: csv"),
    (["import", "csv"], "needs FILE"),
    (["import", "csv", "a.csv"], "a.csv"),
    (["run", "--out", ""], "--out needs a value"),
    (["import", "csv", "a.csv", "--out", "a.h5"], "a.csv"),
    (["export", "a.h5"], "--csv FILE"),
  ])
  func aMistakeIsOneLineAndStatusOne(_ arguments: [String], _ message: String) throws {
    let scratch = try Scratch()
    let result = try Binary.run(arguments, in: scratch.url)
    #expect(result.status == 1)
    #expect(result.output.isEmpty)
    #expect(result.errors.hasPrefix("qbench: "))
    #expect(result.errors.contains(message), "\(result.errors)")
    #expect(result.errors.count(where: { $0 == "\n" }) == 1)
    #expect(scratch.files(in: "reports").isEmpty)
  }

  @Test func listNamesWhatASpecMayName() throws {
    let scratch = try Scratch()
    let text = try Binary.run("list", in: scratch.url)
    for id in ["reference", "noise", "alpha20", "raw", "linear", "dnn", "rank_ic", "quick"] {
      #expect(text.output.contains("  \(id) "))
    }
    let lines = text.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    #expect(Set(lines).count == lines.count)
    let json = try Binary.run("list", "--json", in: scratch.url)
    #expect(
      try JSONSerialization.jsonObject(with: Data(json.output.utf8)) is [String: Any])
  }

  @Test func doctorSaysWhatThereIs() throws {
    let scratch = try Scratch()
    let result = try Binary.run("doctor", in: scratch.url)
    #expect(result.status == 0)
    for name in ["libtorch", "HDF5", "cores", "devices", "XGBoost", "how to get it"] {
      #expect(result.output.contains(name))
    }
  }
}
