using System.IO.Pipes;
using IlgpuGan.Tensors.Formats;
using Microsoft.Win32.SafeHandles;

namespace IlgpuGan.EngineTests.Formats;

public sealed class TensorFileTests
{
    private const int ShortestHeader = 56;

    [TestCase("", "the file is empty")]
    [TestCase("<!DOCTYPE html><html>", "web page")]
    [TestCase("version https://git-lfs.github.com/spec/v1\noid sha256:00\n", "Git LFS pointer")]
    [TestCase("hello", "no checkpoint of a known format")]
    [TestCase("PK\u0003\u0004 and then nothing", "no readable directory")]
    [TestCase("\u0080\u0002K\u0001.", "a pickle that PyTorch's save did not write")]
    [TestCase("\u0008\u0008", "it has no graph")]
    public void WhatItIsNotIsSaid(string content, string reason)
    {
        var error = TestFiles.Attempt(TestFiles.Write("file", Encoding.Latin1.GetBytes(content)));
        Assert.That(error!.Reason, Does.Contain(reason));
    }

    [Test]
    public void AnOldTarArchiveIsNamed()
    {
        var bytes = new byte[1024];
        "storages"u8.CopyTo(bytes);
        "ustar"u8.CopyTo(bytes.AsSpan(257));
        Assert.That(TestFiles.Attempt(TestFiles.Write("old.pth", bytes))!.Reason, Does.Contain("tar archive"));
    }

    [Test]
    public void TheNameOfAFileDoesNotMatter()
    {
        var path = Path.Combine(TestFiles.Folder(), "weights.jpg");
        File.Copy(TestFiles.Fixture("every_kind.pth"), path, overwrite: true);
        using var file = TensorFile.Open(path);
        Assert.That(file.Format, Is.EqualTo("PyTorch zip"));
    }

    /// <summary>
    /// A header's length is the file's first bytes: some begin as a pickle, an archive or an ONNX model does. All that the first two can
    /// be; some of them in the fast suite.
    /// </summary>
    [TestCase(8, Category = Exhaustive.Category)]
    [TestCase(8 * 31)]
    public void SafetensorsOfAnyHeaderLengthAreSafetensors(int step)
    {
        for (var length = ShortestHeader; length < (1 << 16) + ShortestHeader; length += step)
        {
            using var file = TensorFile.Open(TestFiles.Write("weights", WithHeader(length)));
            Assert.That((file.Format, file.Read("a").ToSingle()[0]), Is.EqualTo(("safetensors", 1.5f)), $"a header of {length} bytes");
        }
    }

    [TestCase(0x04034B50, TestName = "SafetensorsWhoseLengthIsAnArchivesSignature")]
    [TestCase((1000 << 16) + 640, TestName = "SafetensorsWhoseLengthBeginsAsAPickle")]
    public void SafetensorsOfALongHeader(int length)
    {
        using var file = TensorFile.Open(TestFiles.Write("weights", WithHeader(length)));
        Assert.That((file.Format, file.Read("a").ToSingle()[0]), Is.EqualTo(("safetensors", 1.5f)));
    }

    [Test]
    public void AHeaderBeyondTheLimitIsWhatIsWrong()
    {
        byte[] bytes = [.. BitConverter.GetBytes(0x0102_0304_0506_0280), .. "{}"u8];
        Assert.That(TestFiles.Attempt(TestFiles.Write("pickle", bytes))!.Reason, Does.Contain("the pickle operation"));
        bytes[0] = 1;
        Assert.That(TestFiles.Attempt(TestFiles.Write("weights", bytes))!.Reason, Does.Contain("the header claims"));
    }

    [Test]
    [Platform("Linux")]
    public void APipeIsNoCheckpoint()
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        using var end = pipe.ClientSafePipeHandle;
        var file = $"/proc/self/fd/{end.DangerousGetHandle()}";
        pipe.SafePipeHandle.Dispose(); // Nothing comes, as of a program that has ended.
        Fails.Saying<IOException>(
            () => TensorFile.Open(file), $"{file}: is no ordinary file but a pipe or a device; save it as a file first");
    }

    /// <summary>As on Windows, and where Linux may not be asked what a path leads to.</summary>
    [Test]
    public void APipeThatIsKnownOnlyWhenItIsOpenIsRefused()
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        using var end = new SafeFileHandle(pipe.ClientSafePipeHandle.DangerousGetHandle(), ownsHandle: false);
        using var file = new FileStream(end, FileAccess.Read);
        Fails.Saying<IOException>(
            () => Disk.Ordinary(file, "weights"), "weights: is no ordinary file but a pipe or a device; save it as a file first");
    }

    [Test]
    public void AMissingFileIsAnOrdinaryError() =>
        Assert.That(() => TensorFile.Open(Path.Combine(TestFiles.Folder(), "absent.pth")), Throws.InstanceOf<FileNotFoundException>());

    /// <summary>One float, 1.5, behind a header of so many bytes, padded with spaces.</summary>
    private static byte[] WithHeader(int length)
    {
        var entry = """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"""u8;
        var file = new byte[8 + length + 4];
        BitConverter.TryWriteBytes(file, (long)length);
        file.AsSpan(8, length).Fill((byte)' ');
        entry.CopyTo(file.AsSpan(8));
        BitConverter.TryWriteBytes(file.AsSpan(8 + length), 1.5f);
        return file;
    }
}
