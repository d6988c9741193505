namespace IlgpuGan.ToolsTests.Reporting;

/// <summary>Tests that show pages of a folder in a real browser.</summary>
public abstract class InBrowser
{
    private protected readonly TinyRun _runs = new();
    private protected Browser _browser = null!;

    [OneTimeSetUp]
    public async Task StartBrowser() => _browser = await Browser.StartAsync();

    [OneTimeTearDown]
    public async Task StopBrowser()
    {
        _runs.Dispose();
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }
    }
}
