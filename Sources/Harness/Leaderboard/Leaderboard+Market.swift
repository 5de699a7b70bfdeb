extension Leaderboard.Market {
  /// The market of a workbench; `testRows` are those of one replicate.
  init(of workbench: Workbench, testRows: Int) {
    let panel = workbench.dataset.panel
    self.init(
      name: workbench.dataset.name, title: workbench.dataset.title,
      isSimulated: workbench.dataset.isSimulated, contentSHA256: workbench.dataHash,
      dates: panel.dates, firstDate: panel.calendar[0].description,
      lastDate: panel.calendar[panel.dates - 1].description, assets: panel.assets,
      testRows: testRows)
  }
}
