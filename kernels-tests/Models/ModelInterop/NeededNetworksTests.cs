using IlgpuGan.Models.Families.Pix2PixHd;
using IlgpuGan.Models.Interop;

namespace IlgpuGan.ModelsTests.ModelInterop;

/// <summary>The networks that a generator takes values from go with it: into a file, into a run, and where it is named alone.</summary>
public sealed class NeededNetworksTests() : CommandFixture(threads: 1)
{
    [SetUp]
    public void DrawPictures()
    {
        var (map, photo) = new SyntheticFacades(1, 32, first: 9).Draw(0);
        PictureFile.Save(new Picture(map), In("map.png"));
        PictureFile.Save(new Picture(photo), In("photo.png"));
    }

    [Test]
    public async Task AnEncoderOfStylesGoesAlong()
    {
        Train(CatalogueCase.All["bicyclegan"].Options);
        string[] style = ["--style", In("photo.png")];
        var expected = await Translated("run", style);
        Assert.That(await Translated("run", [.. style, "--network", "netG"]), Is.EqualTo(expected));
        await AssertGoesOutAndIn(expected, style, "netG", "netE");
        foreach (var words in new string[][] { ["--to", "pth"], ["--to", "safetensors", "--network", "netG"] })
        {
            var said = await Do(["export", "--model", In("run"), "--out", In("alone." + words[1]), .. words]);
            Assert.That(said, Does.Contain("lacks netE").And.Contain(": --to safetensors --network netG --network netE"));
        }
    }

    /// <summary>Without a photograph, too, the generator is given features: of clusters.</summary>
    [Test]
    public async Task ClustersOfFeaturesGoAlong()
    {
        var options = (Pix2PixHdOptions)CatalogueCase.All["pix2pixhd"].Options;
        Train(options with { InstanceFeat = true, NDownsampleE = 2, Nef = 4 });
        await AssertGoesOutAndIn(await Translated("run"), [], "netG", "netE", "netE_clusters");
    }

    private void Train(TrainingOptions options)
    {
        CatalogueCase.All[options.Model].WriteData(In("data"));
        _runs.TrainOnFiles("run", options with { Data = In("data"), Steps = 1 });
    }

    /// <summary>From the run a file, and from both a run, with these networks and the picture of the first run.</summary>
    private async Task AssertGoesOutAndIn(byte[] expected, string[] options, params string[] networks)
    {
        var said = await Do("export", "--model", In("run"), "--to", "safetensors", "--out", In("g.safetensors"));
        Assert.That(said, Does.Contain("Keys begin with the network's name; --network netG alone writes them bare."));
        await Do("import", "--from", In("g.safetensors"), "--out", In("from-file"));
        await Do("import", "--from", In("run"), "--out", In("from-run"));
        await Do("import", "--from", In("run"), "--network", "netG", "--out", In("from-name"));
        foreach (var model in new[] { "g.safetensors", "from-file", "from-run", "from-name" })
        {
            using var file = NetworkFile.Open(In(model));
            Assert.That(file.Networks.Select(n => n.Name), Is.EqualTo(networks), model);
            Assert.That(await Translated(model, options), Is.EqualTo(expected), model);
        }
    }

    private async Task<byte[]> Translated(string model, params string[] options)
    {
        string[] words = ["translate", "--model", In(model), "--input", In("map.png"), "--out", In("made.png"), "--device", "cpu"];
        await Do([.. words, .. options]);
        return await File.ReadAllBytesAsync(In("made.png"));
    }
}
