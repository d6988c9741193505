namespace IlgpuGan.TestsCommon;

/// <summary>Tests with a temporary folder for each, in which runs may be trained.</summary>
public abstract class InFolder
{
    private protected TinyRun _runs = null!;

    protected string Folder => _runs.Folder;

    [SetUp]
    public void MakeFolder() => _runs = new TinyRun();

    [TearDown]
    public void RemoveFolder() => _runs.Dispose();

    protected string In(params string[] parts) => Path.Combine([Folder, .. parts]);
}
