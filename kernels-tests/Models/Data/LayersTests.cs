using IlgpuGan.Models.Translation;

namespace IlgpuGan.ModelsTests.Data;

/// <summary>A folder of layers is one picture whose channels lie in several files.</summary>
public sealed class LayersTests : InPictureFolder
{
    [Test]
    public void ChannelsFollowTheNamesOfTheFiles()
    {
        _folder.Add("a/scene.layers/2-depth.png", new Image(5, 4, 1, [.. Enumerable.Repeat((ushort)0x8080, 20)]));
        _folder.Add("a/scene.layers/1-colour.png", 5, 4, tag: 7);
        _folder.Add("a/scene.layers/3-mask.png", new Image(5, 4, 2, [.. Enumerable.Repeat((byte)255, 40)]));
        _folder.Add("a/plain.png", 5, 4);
        var files = PictureFolder.List(_folder.PathOf("a"));
        Assert.That(
            files, Is.EqualTo(new[] { _folder.PathOf("a/plain.png"), _folder.PathOf("a/scene.layers") }),
            "the files within are no pictures by themselves");

        var picture = PictureFile.Load(files[1]);
        Assert.That((picture.Width, picture.Height, picture.Channels), Is.EqualTo((5, 4, 6)));
        var values = new float[6 * 20];
        picture.CopyTo(values);
        Assert.That(
            values.Chunk(20).Select(c => c[^1]), Is.EqualTo(new[] { 4f, 3, 7, 128, 255, 255 }.Select(v => (v / 127.5f) - 1)).Within(1e-6f));
    }

    [Test]
    public void TheyAreDividedAsOnePicture()
    {
        foreach (var name in new[] { "x", "y", "z" })
        {
            _folder.Add($"in/{name}.layers/0.png", 8, 8);
            _folder.Add($"in/{name}.layers/1.png", 8, 8);
        }

        var split = SplitBuilder.Split(_folder.PathOf("in"), _folder.PathOf("out"), val: 0.34, test: 0, seed: 1);
        Assert.That(split.Problems, Is.Empty);
        Assert.That(split.Counts["val"], Is.EqualTo(1));
        Assert.That(PictureFile.Load(PictureFolder.List(_folder.PathOf("out/val"))[0]).Channels, Is.EqualTo(6));
    }

    [Test]
    public void TheyFeedADataSetAndATranslation()
    {
        foreach (var name in new[] { "x", "y" })
        {
            _folder.Add($"trainA/{name}.layers/0.png", 8, 8);
            _folder.Add($"trainA/{name}.layers/1.png", new Image(8, 8, 1, new byte[64]));
            _folder.Add($"trainB/{name}.png", 8, 8);
        }

        var pairs = AlignedFolder.Open(_folder.PathOf("train"), new DataSettings { InputChannels = 4, LoadSize = 8, CropSize = 8 });
        Assert.That((pairs.Count, pairs.NameOf(1)), Is.EqualTo((2, "y")));
        Assert.That(pairs.LoadPair(1, new IlgpuGan.Tensors.RandomSequence(default)).A.Channels, Is.EqualTo(4));

        var plan = FileTranslation.Plan(_folder.PathOf("trainA"), _folder.PathOf("out"));
        Assert.That(plan.Select(p => Path.GetFileName(p.Output)), Is.EqualTo(new[] { "x.png", "y.png" }));
        Assert.That(FileTranslation.Plan(_folder.PathOf("trainA/x.layers"), _folder.PathOf("out")), Has.Count.EqualTo(1));
    }

    [Test]
    public void WhatDoesNotLieOnEachOtherIsNamed()
    {
        _folder.Add("scene.layers/a.png", 5, 4);
        var other = _folder.Add("scene.layers/b.png", 5, 6);
        Fails.Saying<PictureException>(
            () => PictureFile.Load(_folder.PathOf("scene.layers")), $"{other}: has 5x6 pixels, but a.png beside it has 5x4");
        Directory.CreateDirectory(_folder.PathOf("hollow.layers"));
        Fails.With<PictureException>(() => PictureFile.Load(_folder.PathOf("hollow.layers")), "holds no pictures");
    }
}
