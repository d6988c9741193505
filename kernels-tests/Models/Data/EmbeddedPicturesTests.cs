using System.Runtime.InteropServices;
using IlgpuGan.Models.Families.StackGan;

namespace IlgpuGan.ModelsTests.Data;

/// <summary>Arrays beside pictures: which are told, whom they suit, and what is said where one is missing or of another length.</summary>
public sealed class EmbeddedPicturesTests : InPictureFolder
{
    /// <summary>Five rows, of which any four have a sum of their own.</summary>
    private static readonly float[] s_captions = [1, -1, 2, -2, 4, -4, 8, -8, 16, -16];

    [Test]
    public void TheMeanOfFourCaptionsIsTold()
    {
        Add("a.png", [5, 2], s_captions);
        Assert.That(EmbeddedPictures.NumbersIn(_folder.Root), Is.EqualTo(2));
        Assert.That(Told(draw: 0, isSerial: true), Is.EqualTo(new[] { 15 / 4f, -15 / 4f }), "the first four");
        var seen = new HashSet<float>();
        for (uint draw = 0; draw < 100; draw++)
        {
            var told = Told(draw);
            Assert.That(told[1], Is.EqualTo(-told[0]));
            seen.Add(told[0]);
        }

        Assert.That(seen, Is.EquivalentTo(new[] { 15, 23, 27, 29, 30 }.Select(sum => sum / 4f)), "all but one of five, each by chance");
    }

    [Test]
    public void OneVectorIsACaptionAlone()
    {
        Add("a.png", [2], [3, 5]);
        Assert.That(Told(draw: 7), Is.EqualTo(new[] { 3f, 5f }));
    }

    /// <summary>Where there are classes, pictures of one's own class never come, whatever is said of them.</summary>
    [TestCase("fish/", "bird/", new[] { 2, 3 })]
    [TestCase("", "", new[] { 1, 2 })]
    public void WrongPicturesAreOfAnotherClassOrEmbedding(string firstFolder, string secondFolder, int[] wrong)
    {
        Add(firstFolder + "a.png", [2], [3, 5]);
        Add(firstFolder + "b.png", [2], [4, 5]);
        Add(secondFolder + "c.png", [2], [4, 6]);
        Add(secondFolder + "d.png", [2], [3, 5]);
        var pictures = Open(isSerial: false);
        var first = pictures.Files.ToList().FindIndex(f => Path.GetFileName(f) == "a.png");
        var others = Enumerable.Range(0, pictures.Count).Where(i => pictures.Differ(first, i))
            .Select(i => Path.GetFileNameWithoutExtension(pictures.Files[i])[0] - 'a');
        Assert.That(others, Is.EquivalentTo(wrong));
        var drawn = new MismatchedPictures(pictures, _folder.Root).Load(first, new RandomSequence(default));
        Assert.That(
            drawn.Fields.Select(f => f.Name),
            Is.EqualTo(new[] { LabelledPictures.NameOfPicture, LabelledPictures.NameOfLabel, MismatchedPictures.NameOfOther }));
    }

    [Test]
    public void WhatIsMissingIsNamed()
    {
        var picture = Add("a.png", [2], [3, 5]);
        var embedding = Path.ChangeExtension(picture, ".npy");
        Fails.With<PictureException>(
            () => new MismatchedPictures(Open(isSerial: false), _folder.Root), "all pictures have the same embedding");
        NpyFile.SaveArray(embedding, "<f4", [3], MemoryMarshal.AsBytes(new float[] { 1, 2, 3 }.AsSpan()));
        AssertRefused("3 numbers");
        NpyFile.SaveArray(embedding, "<i4", [2], MemoryMarshal.AsBytes(new[] { 1, 2 }.AsSpan()));
        AssertRefused("float32");
        NpyFile.SaveArray(embedding, "<f4", [2], MemoryMarshal.AsBytes(new[] { 1, float.NaN }.AsSpan()));
        AssertRefused("NaN");
        File.Delete(embedding);
        AssertRefused("there is no such file");

        void AssertRefused(string reason) => Fails.Starting<PictureException>(() => Told(draw: 0), embedding, reason);
    }

    private EmbeddedPictures Open(bool isSerial) =>
        EmbeddedPictures.Open(_folder.Root, 2, new SquareSettings(0, 4) { IsSerial = isSerial });

    private float[] Told(uint draw, bool isSerial = false)
    {
        var sample = Open(isSerial).Load(0, new RandomSequence(new RandomKey(1, RandomStream.Data, draw, 0)));
        return sample.Fields.OfType<NumbersField>().Single().Values;
    }

    private string Add(string name, int[] shape, float[] values)
    {
        var picture = _folder.Add(name, 4, 4);
        NpyFile.SaveArray(Path.ChangeExtension(picture, ".npy"), "<f4", shape, MemoryMarshal.AsBytes(values.AsSpan()));
        return picture;
    }
}
