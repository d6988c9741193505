using IlgpuGan.Models.Families.BicycleGan;
using IlgpuGan.Models.Families.Pix2PixHd;
using IlgpuGan.Models.Families.StarGan;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Networks;
using IlgpuGan.ModelsTests.Golden;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Pth;
using IlgpuGan.Tensors.Formats.Safetensors;
using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.ModelsTests.ModelInterop;

/// <summary>
/// Networks as the families' own programs save them: told by their keys, filled, and computing what PyTorch computes
/// (tools/fixtures/foreign).
/// </summary>
public sealed class ForeignNetworkTests() : CommandFixture(threads: 1)
{
    private const double Tolerance = 1e-4;

    private static readonly string s_folder = Path.Combine(TestContext.CurrentContext.TestDirectory, "ModelInterop", "fixtures", "foreign");

    [TestCase("bicyclegan_G", "bicyclegan", "netG", 0)]
    [TestCase("bicyclegan_E", "bicyclegan", "netE", 0)]
    [TestCase("bicyclegan_D", "bicyclegan", "netD", 0)]
    [TestCase("stargan_G", "stargan", "netG", 27)]
    [TestCase("stargan_D", "stargan", "netD", 0)]
    [TestCase("cut_G", "cut", "netG", 4)]
    [TestCase("cut_D", "cut", "netD", 2)]
    [TestCase("pix2pixhd_G", "pix2pixhd", "netG", 0)]
    [TestCase("pix2pixhd_labels_G", "pix2pixhd", "netG", 0)]
    [TestCase("pix2pixhd_D", "pix2pixhd", "netD", 0)]
    [TestCase("singan_G", "singan", "netG_0", 0)]
    public void ANetworkIsToldByItsKeysAndComputesAsInPyTorch(string fixture, string family, string name, int dropped)
    {
        using var expected = new SafetensorsFile(Path.Combine(s_folder, fixture + ".safetensors"));
        var plain = Path.Combine(s_folder, fixture + ".pth");
        foreach (var path in new[] { plain, Wrapped(plain, "module."), Wrapped(plain, name + ".") })
        {
            using var file = NetworkFile.Open(path);
            var stored = file.Networks.Single();
            Assert.That((stored.Options.Model, stored.Name, stored.Dropped.Count), Is.EqualTo((family, name, dropped)), path);
            using var step = Device.Step();
            var outputs = Run(stored.Load(Device).Eval(), key => Given($"input.{key}"));
            var wanted = expected.Entries.Where(e => e.Name.StartsWith("output.", StringComparison.Ordinal)).Select(e => e.Name).ToList();
            Assert.That(outputs, Has.Count.EqualTo(wanted.Count));
            foreach (var (made, key) in outputs.Zip(wanted))
            {
                Assert.That(made.ToArray(), Has.Length.EqualTo(expected.Read(key).ToSingle().Length), key);
                Assert.That(
                    Golden.GoldenCase.RelativeError(made.ToArray(), expected.Read(key).ToSingle()), Is.LessThan(Tolerance), key);
            }
        }

        Tensor Given(string key) =>
            Tensor.From(
                expected.Read(key).ToSingle(), new Shape(Array.ConvertAll(expected.Entries.Single(e => e.Name == key).Shape, e => (int)e)),
                Device);
    }

    /// <summary>
    /// pix2pixHD's encoder of features is a generator without blocks, which nothing else is. FamilyStepTests holds what it computes
    /// against PyTorch.
    /// </summary>
    [TestCase(1, 3, 4)]
    [TestCase(2, 5, 2)]
    [TestCase(4, 3, 2)]
    public void AnEncoderOfFeaturesIsToldByItsKeys(int halvings, int features, int width)
    {
        var encoder = new ResNetGenerator(3, features, blocks: 0, width, halvings: halvings);
        foreach (var (stored, network, expected) in Reopened(encoder, "netE", new Shape(1, 3, 32, 32)))
        {
            var options = (Pix2PixHdOptions)stored.Options;
            Assert.That(
                (stored.Name, stored.IsGenerator, options.InstanceFeat, options.NDownsampleE, options.FeatNum, options.Nef),
                Is.EqualTo(("netE", false, true, halvings, features, width)));
            Assert.That(network, Is.EqualTo(expected));
        }
    }

    /// <summary>Of pictures, and of 35 classes with borders.</summary>
    [TestCase(3, 1)]
    [TestCase(36, 2)]
    public void AGeneratorWithEnhancersIsToldByItsKeys(int planes, int enhancers)
    {
        var generator = new LocalEnhancer(planes, 3, blocksGlobal: 2, ngf: 2, halvings: 2, enhancers, blocksLocal: 1);
        foreach (var (stored, network, expected) in Reopened(generator, "netG", new Shape(1, planes, 32, 32)))
        {
            var options = (Pix2PixHdOptions)stored.Options;
            Assert.That(
                (stored.Name, options.Ngf, options.NDownsampleGlobal, options.NBlocksGlobal, options.NLocalEnhancers, options.NBlocksLocal),
                Is.EqualTo(("netG", 2, 2, 2, enhancers, 1)));
            Assert.That((options.LabelMaps, stored.Generator!.InputChannels), Is.EqualTo((planes > 3, planes)));
            Assert.That(network, Is.EqualTo(expected));
        }
    }

    /// <summary>
    /// Statistics that instance norms collected in a training, which PyTorch's evaluation uses: here each picture has its own, so what asks
    /// for those of the training is refused, of the file and of what is made of it. As they were at first they are none.
    /// </summary>
    [TestCase(true)]
    [TestCase(false)]
    [MaxSeconds(5)] // Some twenty commands.
    public async Task CollectedStatisticsOfInstanceNormsAreNotPassedOver(bool areCollected)
    {
        var (path, picture) = (In("tracked.pth"), In("picture.png"));
        var network = new ResNetGenerator(3, 3, blocks: 1, ngf: 2).Initialize(seed: 3).To(Device);
        PthWriter.Write(path, [
            .. network.NamedTensors().Select(t => WeightArrays.Of(t.Name, t.Tensor, half: false)),
            NamedArray.From("model.2.running_mean", [2], new[] { 0, areCollected ? 0.5f : 0 }),
            NamedArray.From("model.2.running_var", [2], new[] { 1f, 1f }),
            NamedArray.From("model.2.num_batches_tracked", [], new[] { 0L })]);
        PictureFile.Save(new Picture(new Image(16, 16, 3, [.. Enumerable.Range(0, 768).Select(i => (byte)(i * 7))])), picture);
        Assert.That(
            await Do("import", "--from", path, "--out", In("run")),
            Does.Contain("Left out 3 statistics of instance norms: here each picture has its own."));
        string[] translate = ["translate", "--model", path, "--input", picture, "--out", In("out.png")];
        string[] export = ["export", "--model", path, "--to", "onnx", "--out", In("g.onnx")];
        foreach (var (words, option) in new (string[], string[])[] { (translate, ["--eval"]), (export, ["--batch-norm", "running"]) })
        {
            await Do(words);
            var outcome = await Run([.. words, .. option]);
            if (areCollected)
            {
                AssertExplained(outcome, 2, option[0], path, "the running statistics of its instance norms are left out here");
            }
            else
            {
                Assert.That(outcome.Code, Is.Zero, outcome.Error);
            }
        }

        List<string> made = [In("run"), In("g.onnx")];
        foreach (var file in new[] { "g.safetensors", "g.pth" })
        {
            await Do("export", "--model", made[0], "--to", file[2..], "--out", In(file));
            await Do("import", "--from", In(file), "--out", In("of." + file));
            made.AddRange([In(file), In("of." + file)]);
        }

        foreach (var model in made)
        {
            var outcome = await Run("translate", "--model", model, "--input", picture, "--out", In("out.png"), "--eval");
            Assert.That(outcome.Code, Is.EqualTo(areCollected ? 2 : 0), $"{model}: {outcome.Error}");
            Assert.That(
                outcome.Error.Contains("the running statistics of its instance norms are left out here", StringComparison.Ordinal),
                Is.EqualTo(areCollected), outcome.Error);
        }
    }

    /// <summary>A filter that isn't CUT's own makes another network, and so does one of another size.</summary>
    [Test]
    public async Task TheFiltersOfBlursMustBeThoseOfTheLayers()
    {
        var path = Path.Combine(s_folder, "cut_G.pth");
        Assert.That(
            await Do("import", "--from", path, "--out", In("run")),
            Does.Contain("Left out 4 filters of blurs, which the layers here have themselves.").And.Not.Contain("statistics"));
        using var source = TensorFile.Open(path);
        var arrays = source.Entries.Select(e => source.Read(e.Name)).ToList();
        var filter = arrays.First(a => a.Name.EndsWith(".filt", StringComparison.Ordinal));
        float[] box = [.. Enumerable.Repeat(1 / 9f, (int)filter.Count)];
        Assert.That(Refused(filter.Shape, box), Does.Contain($"{filter.Name} is another filter"));
        Assert.That(Refused([.. filter.Shape, 1], filter.ToSingle()), Does.Contain("no network that is known"));

        string Refused(long[] shape, float[] values)
        {
            PthWriter.Write(In("other.pth"), [.. arrays.Select(a => a == filter ? NamedArray.From(a.Name, shape, values) : a)]);
            return Assert.Throws<InteropException>(() => NetworkFile.Open(In("other.pth")))!.Message;
        }
    }

    /// <summary>What an original program asks for when it loads strictly is in the file for it, and is left out on the way back.</summary>
    [TestCase("cut_G", "pth")]
    [TestCase("cut_G", "safetensors")]
    [TestCase("cut_D", "pth")]
    public void WhatTheOriginalProgramSavesIsWrittenForIt(string fixture, string format)
    {
        var (path, made) = (Path.Combine(s_folder, fixture + ".pth"), In("made." + format));
        using var original = NetworkFile.Open(path);
        var (stored, settings) = (original.Networks.Single(), new ExportSettings());
        foreach (var described in new[] { false, true })
        {
            settings = described ? settings with { Metadata = NetworkFile.MetadataOf(stored) } : settings;
            if (format == "pth")
            {
                NetworkExporter.ToPth(stored.Load(Device), made, settings);
            }
            else
            {
                NetworkExporter.ToSafetensors(stored.Load(Device), made, settings);
            }

            using (var source = TensorFile.Open(path))
            using (var file = TensorFile.Open(made))
            {
                Assert.That(file.Entries.Select(e => e.ToString()), Is.EquivalentTo(source.Entries.Select(e => e.ToString())));
                foreach (var entry in source.Entries.Where(e => e.Type.IsFloat))
                {
                    Assert.That(file.Read(entry.Name).ToSingle(), Is.EqualTo(source.Read(entry.Name).ToSingle()), entry.Name);
                }
            }

            using var again = NetworkFile.Open(made);
            var back = again.Networks.Single();
            Assert.That((back.Name, back.Options.Model, back.DropsStatistics), Is.EqualTo((stored.Name, stored.Options.Model, false)));
            Assert.That(
                back.LoadWhole(Device).NamedTensors().SelectMany(t => t.Tensor.Value.ToArray()),
                Is.EqualTo(stored.Load(Device).NamedTensors().SelectMany(t => t.Tensor.Value.ToArray())));
        }
    }

    /// <summary>One key that is missing, left over or of another shape, and it is another network.</summary>
    [TestCase("bicyclegan_G")]
    [TestCase("stargan_G")]
    [TestCase("cut_G")]
    [TestCase("pix2pixhd_G")]
    [TestCase("singan_G")]
    public void WhatDoesNotFitIsRefused(string fixture)
    {
        using var source = TensorFile.Open(Path.Combine(s_folder, fixture + ".pth"));
        var whole = source.Entries.Select(e => source.Read(e.Name)).ToList();
        var weight = whole.Last(a => a.Name.EndsWith(".weight", StringComparison.Ordinal));
        foreach (var (what, arrays) in new (string, IEnumerable<NamedArray>)[]
        {
            ("short", whole.Where(a => a.Name != weight.Name)),
            ("long", whole.Append(NamedArray.From("extra.weight", [2], new float[] { 1, 2 }))),
            ("other", whole.Select(a => a.Name == weight.Name ? NamedArray.From(a.Name, [.. a.Shape, 1], a.ToSingle()) : a)),
        })
        {
            var path = In($"{what}.pth");
            PthWriter.Write(path, [.. arrays]);
            Assert.That(() => NetworkFile.Open(path), Throws.TypeOf<InteropException>().With.Message.StartsWith(path), what);
        }
    }

    /// <summary>
    /// A network as the authors' program saves it, plain and behind prefixes: what is found in the file, what that makes of a picture, and
    /// what the network makes of it.
    /// </summary>
    private IEnumerable<(StoredNetwork Stored, float[] Made, float[] Expected)> Reopened(Layer network, string name, Shape input)
    {
        network.Initialize(seed: 3, gain: 0.3f).To(Device);
        var plain = In("plain.pth");
        NetworkExporter.ToPth(network, plain);
        foreach (var path in new[] { plain, Wrapped(plain, "module."), Wrapped(plain, name + ".") })
        {
            using var file = NetworkFile.Open(path);
            using var step = Device.Step();
            var stored = file.Networks.Single();
            Assert.That(stored.Options.Model, Is.EqualTo("pix2pixhd"), path);
            var x = Tensor.Normal(new RandomKey(1, 7, 0, 0), input, Device);
            yield return (stored, ((Layer)stored.Load(Device)).Forward(x).ToArray(), network.Forward(x).ToArray());
        }
    }

    private string Wrapped(string path, string prefix)
    {
        using var source = TensorFile.Open(path);
        var wrapped = In($"{prefix}pth");
        PthWriter.Write(
            wrapped,
            [.. source.Entries.Select(e => source.Read(e.Name)).Select(a => new NamedArray(prefix + a.Name, a.Type, a.Shape, a.Bytes))]);
        return wrapped;
    }

    private static IReadOnlyList<Tensor> Run(Module network, Func<string, Tensor> given)
    {
        var x = given("x");
        switch (network)
        {
            case VectorUNet generator:
                return [generator.Forward(x, given("code"))];
            case CodeEncoder encoder:
                var (mean, logVariance) = encoder.Forward(x);
                return [mean, logVariance];
            case TwoScaleDiscriminator judge:
                var (full, half) = judge.Forward(x);
                return [full, half];
            case LabelGenerator generator:
                return [generator.Forward(x, given("label"))];
            case ClassifyingDiscriminator judge:
                var (scores, classes) = judge.Forward(x);
                return [scores, classes];
            case MultiscaleDiscriminator judge:
                return [.. judge.Forward(x).SelectMany(scale => scale)];
            default:
                return [((Layer)network).Forward(x)];
        }
    }
}
