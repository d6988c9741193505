using IlgpuGan.Models.Data.Clips;

namespace IlgpuGan.ModelsTests.Data.Clips;

/// <summary>Folders of numbered pictures as frames.</summary>
internal sealed class NumberedFramesTests
{
    /// <summary>Blue says which frame it is.</summary>
    [Test]
    public void NumbersCountAndNotLetters()
    {
        using var folder = new PictureFolderFixture();
        string[] names = ["shot2-9.png", "shot2-10.png", "shot2-0011.png", "other1-12.png", "shot2-100.png"];
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
        folder.Add("frame01@2x.png", 4, 3);
        Refused(folder.Root, "name, 2, is also that of frame01@2x.png", folder.PathOf("2.png"));
        File.Delete(folder.PathOf("frame01@2x.png"));
        folder.Add("001.png", 4, 3);
        Refused(folder.Root, "name, 001, is also that of 1.png", folder.PathOf("001.png"));

        static void Refused(string path, string why, string? named = null) => Fails.Starting<PictureException>(
            () => NumberedFrames.Open(path), named ?? path, why);
    }
}
