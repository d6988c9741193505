using System.Text;
using IlgpuGan.Tensors.Formats;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Formats;

public sealed class TensorFileTests
{
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

    [Test]
    public void AMissingFileIsAnOrdinaryError() =>
        Assert.That(() => TensorFile.Open(Path.Combine(TestFiles.Folder(), "absent.pth")), Throws.InstanceOf<FileNotFoundException>());
}
