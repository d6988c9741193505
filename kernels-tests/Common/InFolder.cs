namespace IlgpuGan.TestsCommon;

/// <summary>Tests with a temporary folder for each, in which runs may be trained, and the processor for those that need a device.</summary>
/// <param name="threads">of the device; 0 for all</param>
public abstract class InFolder(int threads = 0)
{
    private Device? _opened;
    private protected TinyRun _runs = null!;

    protected string Folder => _runs.Folder;

    protected virtual Device Device => _opened ??= Device.Open("cpu", threads);

    [SetUp]
    public void MakeFolder() => _runs = new TinyRun();

    [TearDown]
    public void RemoveFolder()
    {
        var opened = _opened;
        _opened = null;
        using (_runs)
        {
            opened?.Dispose();
        }
    }

    protected string In(params string[] parts) => Path.Combine([Folder, .. parts]);
}
