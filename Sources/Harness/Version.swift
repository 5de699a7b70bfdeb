/// The version of qbench, written into every file it makes.
public enum Version {
  public static let current = "0.1.0"
}
