using IlgpuGan.Models.Data.Clips;
using IlgpuGan.Models.Translation;

namespace IlgpuGan.ModelsTests.Data;

/// <summary>What is read is not written over, by whatever name.</summary>
public sealed class OriginalsTests : InPictureFolder
{
    private string Photo => _folder.PathOf("photos/one.png");

    private Originals Photos => new(_folder.PathOf("photos"));

    [SetUp]
    public void AddPhotos()
    {
        _folder.Add("photos/one.png", 8, 8);
        _folder.Add("photos/deep/two.png", 8, 8);
        _folder.Add("other/one.png", 8, 8);
    }

    [Test]
    public void AnotherFileIsNone() => Assert.Multiple(() =>
    {
        Assert.That(Photos.Hold(Photo));
        Assert.That(Photos.Hold(_folder.PathOf("photos/deep/../deep/./two.png")));
        Assert.That(Photos.Hold(_folder.PathOf("other/one.png")), Is.False);
        Assert.That(Photos.Hold(_folder.PathOf("photos/new.png")), Is.False);
        Assert.That(new Originals(null, _folder.PathOf("absent")).Hold(Photo), Is.False);
    });

    [Test]
    public void LinksAreNames()
    {
        var folder = OtherName.OfFolder(_folder.PathOf("link"), "photos");
        File.CreateSymbolicLink(_folder.PathOf("other/linked.png"), "../photos/one.png");
        File.CreateSymbolicLink(_folder.PathOf("other/twice.png"), "linked.png");
        Assert.Multiple(() =>
        {
            Assert.That(Photos.Hold(Path.Combine(folder, "one.png")));
            Assert.That(Photos.Hold(Path.Combine(folder, "deep", "two.png")));
            Assert.That(Photos.Hold(_folder.PathOf("other/twice.png")));
            Assert.That(new Originals(_folder.PathOf("other/twice.png")).Hold(Photo), "nor is what a link leads to");
        });
    }

    [Test]
    public void AHardLinkIsAName()
    {
        OtherName.HardLink(_folder.PathOf("other/hard.png"), Photo);
        Assert.That(Photos.Hold(_folder.PathOf("other/hard.png")));
    }

    [Test]
    [Platform("Linux")]
    public void AProcessHasNamesOfItsOwn() => Assert.That(Photos.Hold("/proc/self/root" + Photo));

    /// <summary>Tried on whatever file system the tests have; where names differ by case, these are two files.</summary>
    [Test]
    public void CaseCountsWhereTheFolderKnowsIt()
    {
        var shouted = _folder.PathOf("PHOTOS/ONE.PNG");
        Assert.That(Photos.Hold(shouted), Is.EqualTo(File.Exists(shouted)));
    }

    [Test]
    public void AFolderWithinIsFoundThroughLinks()
    {
        var link = OtherName.OfFolder(_folder.PathOf("link"), "photos/deep");
        Assert.Multiple(() =>
        {
            Assert.That(Originals.IsWithin(Path.Combine(link, "new", "er"), _folder.PathOf("photos")));
            Assert.That(Originals.IsWithin(_folder.PathOf("photos"), _folder.PathOf("photos")));
            Assert.That(Originals.IsWithin(_folder.PathOf("photos-kept"), _folder.PathOf("photos")), Is.False);
            Assert.That(Originals.IsWithin(_folder.PathOf("absent/new"), _folder.PathOf("absent")), Is.False, "there is no such folder");
        });
    }

    [Test]
    public void ATranslationIntoALinkToItsInputIsRefused()
    {
        var link = OtherName.OfFolder(_folder.PathOf("link"), "photos");
        Refused(() => FileTranslation.Plan(_folder.PathOf("photos"), link));
        Refused(() => FileTranslation.Plan(link, _folder.PathOf("photos")));
        Refused(() => FileTranslation.Plan(Photo, link));
        Refused(() => PairBuilder.Combine(_folder.PathOf("photos"), _folder.PathOf("other"), link));
        Fails.With<PictureException>(
            () => PairReview.Open(_folder.PathOf("photos")).WriteKept(Path.Combine(link, "kept")),
            "inside the folder of the reviewed pairs");
    }

    /// <summary>Earlier results in a folder within the input are no inputs, by whatever name the output goes.</summary>
    [Test]
    public void TheOutputWithinTheInputIsKnownThroughALink()
    {
        _folder.Add("photos/out/old.png", 8, 8);
        var link = OtherName.OfFolder(_folder.PathOf("link"), "photos/out");
        Assert.That(
            FileTranslation.Plan(_folder.PathOf("photos"), link).Select(p => Path.GetFileName(p.Input)),
            Is.EquivalentTo(new[] { "one.png", "two.png" }));
    }

    /// <summary>The user may have put photographs there.</summary>
    [Test]
    public void PicturesOfTheOutputFolderAreToldToBeNoInputs()
    {
        _folder.Add("photos/best/own.png", 8, 8);
        var best = _folder.PathOf("photos/best");
        Assert.That(
            PictureFolderFixture.RemarksOn(() => FileTranslation.Plan(_folder.PathOf("photos"), best)),
            Is.EqualTo(new[] { $"{best}: this is the output folder, so its 1 picture is not translated" }));
        Assert.That(PictureFolderFixture.RemarksOn(() => FileTranslation.Plan(_folder.PathOf("photos"), _folder.PathOf("out"))), Is.Empty);
    }

    [Test]
    public void AClipIsNotWrittenOverItself()
    {
        File.WriteAllBytes(_folder.PathOf("photos/clip.mp4"), [0]);
        var link = OtherName.OfFolder(_folder.PathOf("link"), "photos");
        Refused(() => ClipFile.OutputFor(_folder.PathOf("photos/clip.mp4"), link));
        Refused(() => ClipFile.OutputFor(_folder.PathOf("photos/clip.mp4"), Path.Combine(link, "clip.mp4")));
        Assert.That(ClipFile.OutputFor(_folder.PathOf("photos/clip.mp4"), Path.Combine(link, "b.mp4")), Does.EndWith("b.mp4"));
    }

    /// <summary>A name that was typed replaces it, and a derived one what an earlier call has left in another folder.</summary>
    [Test]
    public void ADerivedNameReplacesNothingBesideTheInput()
    {
        var input = _folder.Add("photos/cat.jpg", 8, 8);
        var link = OtherName.OfFolder(_folder.PathOf("link"), "photos");
        Assert.That(FileTranslation.Plan(input, link), Has.Count.EqualTo(1), "there is no other cat yet");
        _folder.Add("photos/cat-2.png", 8, 8);
        Assert.That(FileTranslation.Plan(input, link), Has.Count.EqualTo(1));
        Refused(() => FileTranslation.Plan(input, link, samples: 2));
        _folder.Add("photos/cat.png", 8, 8);
        _folder.Add("other/cat.png", 8, 8);
        Refused(() => FileTranslation.Plan(input, link));
        Refused(() => FileTranslation.Plan(input, _folder.PathOf("photos")));
        Assert.That(FileTranslation.Plan(input, Path.Combine(link, "cat.png")), Has.Count.EqualTo(1));
        Assert.That(FileTranslation.Plan(input, _folder.PathOf("other")), Has.Count.EqualTo(1));
    }

    /// <summary>A link to a picture has two folders.</summary>
    [Test]
    public void ADerivedNameReplacesNothingBesideThePictureOfALink()
    {
        _folder.Add("photos/cat.jpg", 8, 8);
        _folder.Add("photos/cat.png", 8, 8);
        OtherName.OfFolder(_folder.PathOf("links"), "other");
        var link = _folder.PathOf("other/cat.jpg");
        File.CreateSymbolicLink(link, "../photos/cat.jpg");
        Refused(() => FileTranslation.Plan(link, _folder.PathOf("photos")));
        Refused(() => FileTranslation.Plan(_folder.PathOf("links/cat.jpg"), _folder.PathOf("photos")));
        Refused(() => FileTranslation.Plan(_folder.PathOf("other"), _folder.PathOf("photos")));
        _folder.Add("other/cat.png", 8, 8);
        Refused(() => FileTranslation.Plan(link, _folder.PathOf("other")));
        Assert.That(FileTranslation.Plan(link, _folder.PathOf("elsewhere")), Has.Count.EqualTo(1));
    }

    [Test]
    public void ADerivedNameReplacesNoFilmBesideTheInput()
    {
        var (input, other) = (_folder.PathOf("photos/film.avi"), _folder.PathOf("photos/film.mp4"));
        File.WriteAllBytes(input, [0]);
        Assert.That(ClipFile.OutputFor(input, _folder.PathOf("photos")), Is.EqualTo(other));
        File.WriteAllBytes(other, [0]);
        Refused(() => ClipFile.OutputFor(input, _folder.PathOf("photos")));
        Assert.That(ClipFile.OutputFor(input, other), Is.EqualTo(other));
    }

    private static void Refused(Action work) =>
        Assert.That(work, Throws.TypeOf<PictureException>().With.Message.Contains("would be overwritten"));
}
