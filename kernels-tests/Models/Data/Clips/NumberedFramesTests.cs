using IlgpuGan.Models.Data.Clips;

namespace IlgpuGan.ModelsTests.Data.Clips;

/// <summary>Folders of numbered pictures as frames.</summary>
internal sealed class NumberedFramesTests
{
    /// <summary>Blue says which frame it is.</summary>
    [TestCase("shot2-9.png", "shot2-10.png", "shot2-0011.png", "other2-12.png", "shot2-100.png", "a-shot3-1.png")]
    [TestCase("frame1@2x.png", "frame2@2x.png", "frame11@2x.png")]
    [TestCase("img0000_32x32.png", "img0001_32x32.png", "img10_32x32.png")]
    [TestCase("2026-11-30_12-00-00.png", "2026-11-30_12-00-59.png", "2026-11-30_12-01-00.png", "2026-12-01_00-00-00.png")]
    [TestCase("0.png", "0-0.png", "0-1.png", "1.png")]
    public void NumbersCountAndNotLetters(params string[] names)
    {
        using var folder = new PictureFolderFixture();
        foreach (var (name, i) in names.Select((name, i) => (name, i)).Reverse())
        {
            folder.Add(name, 4, 3, (byte)i);
        }

        File.WriteAllText(folder.PathOf("notes.txt"), "no frame");
        using var frames = NumberedFrames.Open(folder.Root);
        Assert.That(frames.Count, Is.EqualTo(names.Length));
        for (var i = 0; i < names.Length; i++)
        {
            Assert.That(FakeFfmpeg.BytesOf(frames.Next()!)[2], Is.EqualTo(i));
        }

        Assert.That(frames.Next(), Is.Null);
    }

    [Test]
    public void WhatCanNotBeFramesIsNamed()
    {
        using var folder = new PictureFolderFixture();
        Refused(folder.PathOf("nowhere"), "no such folder");
        Refused(folder.Root, "no pictures");
        folder.Add("1.png", 4, 3);
        folder.Add("2.png", 5, 3);
        using (var frames = NumberedFrames.Open(folder.Root))
        {
            _ = frames.Next();
            Fails.Starting<PictureException>(() => frames.Next(), folder.PathOf("2.png"), "5x3", "4x3");
        }

        folder.Add("cover.png", 4, 3);
        Refused(folder.Root, "no number", folder.PathOf("cover.png"));
        File.Delete(folder.PathOf("cover.png"));
        folder.Add("b2.png", 4, 3);
        Refused(folder.Root, "the same numbers in its name as b2.png", folder.PathOf("2.png"));
        File.Delete(folder.PathOf("b2.png"));
        folder.Add("001.png", 4, 3);
        Refused(folder.Root, "the same numbers in its name as 1.png", folder.PathOf("001.png"));

        static void Refused(string path, string why, string? named = null) => Fails.Starting<PictureException>(
            () => NumberedFrames.Open(path), named ?? path, why);
    }
}
