using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.EngineTests.Formats;

public sealed class AtomicFileTests
{
    [Test]
    public void AFailedWriteLeavesTheOldFileAlone()
    {
        var path = TestFiles.Write("kept.bin", "old"u8);
        Assert.That(
            () => AtomicFile.Write(path, stream =>
            {
                stream.Write(new byte[1 << 20]);
                throw new IOException("No space left on device");
            }),
            Throws.InstanceOf<IOException>().With.Message.EqualTo($"{path}: No space left on device"));
        Assert.That(File.ReadAllText(path), Is.EqualTo("old"));
        Assert.That(path + AtomicFile.TemporarySuffix, Does.Not.Exist);
    }

    [Test]
    public void TheNewFileReplacesTheOldAndALeftOver()
    {
        var path = TestFiles.Write("replaced.bin", "old and longer"u8);
        File.WriteAllText(path + AtomicFile.TemporarySuffix, "what a killed process left behind");
        AtomicFile.Write(path, stream =>
        {
            stream.Write("new"u8);
            Assert.That(File.ReadAllText(path), Is.EqualTo("old and longer"), "until the rename");
        });
        Assert.That(File.ReadAllText(path), Is.EqualTo("new"));
        Assert.That(path + AtomicFile.TemporarySuffix, Does.Not.Exist);
    }

    [Test]
    public void AnOpenMappingOfTheOldFileStaysWhole()
    {
        var path = Path.Combine(TestFiles.Folder(), "mapped.safetensors");
        Tensors.Formats.Safetensors.SafetensorsWriter.Write(path, [NamedArray.From("a", [2], new float[] { 1, 2 })]);
        using var old = TensorFile.Open(path);
        Tensors.Formats.Safetensors.SafetensorsWriter.Write(path, []);
        Assert.That(old.Read("a").ToSingle(), Is.EqualTo(new float[] { 1, 2 }));
    }

    /// <summary>Asked, not tried: who may rename would lose <c>/dev/null</c> if it went wrong.</summary>
    [Test]
    [Platform(Exclude = "Win")]
    public void ADeviceIsNoFileToReplace()
    {
        Assert.That(OutputPath.IsDevice("/dev/null"), Is.True);
        Assert.That(OutputPath.IsDevice("/dev/../dev/null"), Is.True);
        Assert.That(OutputPath.IsDevice("/dev/absent"), Is.False);
        Assert.That(OutputPath.IsDevice("/dev/shm/file"), Is.False);
        Assert.That(OutputPath.IsDevice(TestFiles.Write("file", "content"u8)), Is.False);
    }

    [Test]
    public void AMissingFolderIsAnError()
    {
        var folder = Path.Combine(TestFiles.Folder(), "absent");
        Assert.That(
            () => AtomicFile.Write(Path.Combine(folder, "x"), static _ => { }),
            Throws.InstanceOf<IOException>().With.Message.EqualTo($"{Path.Combine(folder, "x")}: there is no folder {folder}"));
    }
}
