using IlgpuGan.Models.Families.Pix2PixHd;
using IlgpuGan.Models.Families.Spade;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;

namespace IlgpuGan.ModelsTests.Training;

/// <summary>Weights of another training mean here what they meant there, or the message says how they do.</summary>
public sealed class InitialWeightsTests : InFolder
{
    private const int Side = 32;
    private const int Red = 0xFF0000;
    private const int Green = 0x00FF00;
    private const int Blue = 0x0000FF;

    /// <summary>A palette that is found in the data begins with the most frequent colour, which may be another in each set.</summary>
    [Test]
    public void AColourIsTheClassThatItWas()
    {
        DrawPairs("first", (Red, 16), (Green, 10), (Blue, 6));
        DrawPairs("second", (Blue, 20), (Red, 8), (Green, 4));
        DrawPairs("two", (Blue, 20), (Red, 12));
        _runs.TrainOnFiles("run", OfMaps("first"));
        Fails.Starting<RunException>(
            () => Start(OfMaps("second"), "run"), In("run"), "its netG", "in another order; add --palette FF0000,00FF00,0000FF");
        Assert.That(
            () => Start(OfMaps("two"), "run"),
            Throws.TypeOf<RunException>().With.Message.EndsWith("; add --palette FF0000,00FF00,0000FF"));
        Assert.That(Directory.Exists(In("tuned")), Is.False);
        foreach (var data in new[] { "first", "second", "two" })
        {
            Start(OfMaps(data) with { Palette = data == "first" ? "" : "FF0000,00FF00,0000FF" }, "run");
            Directory.Delete(In("tuned"), recursive: true);
        }
    }

    /// <summary>Numbers of classes are not taken for the colours of other maps.</summary>
    [Test]
    public void ColoursThatBothHaveDecide()
    {
        var colours = new Pix2PixHdOptions { LabelNc = 3, Palette = "FF0000,00FF00,0000FF" };
        Assert.That(colours.ClassesAsIn(colours), Is.Empty);
        Assert.That(colours.ClassesAsIn(new Pix2PixHdOptions { LabelNc = 3 }), Is.Empty);
        Assert.That(colours.ClassesAsIn(colours with { Palette = "00FFFF,FFFFFF,0000FF" }), Is.Empty);
        Assert.That(
            colours.ClassesAsIn(colours with { Palette = "00FFFF,FFFFFF,FE0103" }),
            Is.EqualTo(new[] { "--palette", "00FF00,0000FF,FF0000" }));
        var two = new Pix2PixHdOptions { Palette = "0000FF,FFFF00" };
        Assert.That(two.ClassesAsIn(colours with { Palette = "0000FF,FF0000,00FF00" }), Is.Empty, "blue is the first of both");
    }

    /// <summary>What reads photographs alone starts from those of any classes.</summary>
    [Test]
    public void AnEncoderKnowsNoClasses()
    {
        DrawPairs("first", (Red, 16), (Green, 10), (Blue, 6));
        DrawPairs("second", (Blue, 20), (Red, 8), (Green, 4));
        DrawPairs("two", (Blue, 20), (Red, 12));
        var options = (SpadeOptions)CatalogueCase.All["spade"].Options with { Data = In("first"), Steps = 0, UseVae = true, ZDim = 4 };
        _runs.TrainOnFiles("run", options);
        foreach (var data in new[] { "second", "two" })
        {
            using (TrainingRun.Create(In("tuned"), options with { Data = In(data) }, initFrom: In("run"), initNetwork: "netE"))
            {
                Assert.That(Directory.Exists(In("tuned")));
            }

            Directory.Delete(In("tuned"), recursive: true);
        }

        Fails.Starting<RunException>(() => Start(options with { Data = In("second") }, "run"), In("run"), "its netG", "in another order");
    }

    [TestCase("stargan")]
    [TestCase("gan")]
    [TestCase("triplegan")]
    public void ALabelIsThePlaceThatItWas(string family)
    {
        var one = CatalogueCase.All[family];
        one.WriteData(In("data"));
        _runs.TrainOnFiles("run", Labelled("maps,photographs"));
        Fails.Starting<RunException>(
            () => Start(Labelled("photographs,maps"), "run"), In("run"), "in another order; add --labels maps,photographs");
        Assert.That(Directory.Exists(In("tuned")), Is.False);
        Start(Labelled(""), "run");

        TrainingOptions Labelled(string labels) => OptionDescription.Of(one.Options.GetType()).Single(o => o.Name == "labels")
            .With(one.Options with { Data = In("data"), Steps = 0 }, labels);
    }

    /// <summary>Labels that the other training lacks take the places that are left.</summary>
    [TestCase("a,b,c", "a,b,c", null)]
    [TestCase("a,b,c", "x,b,y", null)]
    [TestCase("a,b", "a,c,d", null)]
    [TestCase("a,b,c", "B,x,y", "b,a,c")]
    [TestCase("a,b", "b,a,c", "b,a,c")]
    public void LabelsThatBothHaveDecide(string own, string other, string? ordered)
    {
        string[] expected = ordered is null ? [] : ["--labels", ordered];
        Assert.That(LabelText.InOrderOf("--labels", SetOf(own), SetOf(other)), Is.EqualTo(expected));

        static LabelSet SetOf(string names) => new(names.Split(','), Exclude: true);
    }

    /// <summary>
    /// Of two generators the direction decides which is A; a folder of the reference's files doesn't say theirs, and a single generator may
    /// learn the other way.
    /// </summary>
    [Test]
    public void AGeneratorGoesTheWayThatItWent()
    {
        var forth = TinyRun.CycleGan with { Steps = 0 };
        var back = forth with { Direction = Direction.BToA };
        _runs.Train("run", back);
        var single = TinyRun.Pix2Pix with { Steps = 0 };
        _runs.Train("single", single with { Direction = Direction.BToA });
        Directory.CreateDirectory(In("reference"));
        using (var file = NetworkFile.Open(In("run")))
        using (var generator = file.Find("netG_A").Load(Device))
        {
            NetworkExporter.ToPth(generator, In("reference", "latest_net_G_A.pth"));
        }

        Fails.Starting<RunException>(
            () => Start(forth, "run", TinyRun.Data(forth)), In("run"), "its netG_A is of --direction BtoA",
            "unless A and B of the data are exchanged; train with --direction BtoA, and with A and B as they were there");
        Assert.That(Directory.Exists(In("tuned")), Is.False);
        foreach (var (options, from) in new (PictureOptions, string)[]
        {
            (back, "run"), (forth, "reference"), (back, "reference"), (single, "single"),
        })
        {
            Start(options, from, TinyRun.Data(options));
            Directory.Delete(In("tuned"), recursive: true);
        }
    }

    private void Start(TrainingOptions options, string from, RunData? data = null)
    {
        using var run = TrainingRun.Create(In("tuned"), options, data, initFrom: In(from));
    }

    private Pix2PixHdOptions OfMaps(string data) =>
        (Pix2PixHdOptions)CatalogueCase.All["pix2pixhd"].Options with { Data = In(data), Steps = 0 };

    /// <summary>Two pairs: stripes of these colours, so many columns wide, and a picture.</summary>
    private void DrawPairs(string data, params (int Colour, int Columns)[] stripes)
    {
        int[] columns = [.. stripes.SelectMany(stripe => Enumerable.Repeat(stripe.Colour, stripe.Columns))];
        var bytes = new byte[2 * Side * Side * 3];
        for (var i = 0; i < 2 * Side * Side; i++)
        {
            var (y, x) = Math.DivRem(i, 2 * Side);
            var colour = x < Side ? columns[x] : (x << 18) + (y << 11) + 90;
            (bytes[3 * i], bytes[(3 * i) + 1], bytes[(3 * i) + 2]) = ((byte)(colour >> 16), (byte)(colour >> 8), (byte)colour);
        }

        Directory.CreateDirectory(In(data, "train"));
        foreach (var name in new[] { "a.png", "b.png" })
        {
            PictureFile.Save(new Picture(new Image(2 * Side, Side, 3, bytes)), In(data, "train", name));
        }
    }
}
