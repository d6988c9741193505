using IlgpuGan.Models.Data.Labels;
using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Families.Pix2PixHd;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Models.Translation;
using IlgpuGan.ModelsTests.Data;
using IlgpuGan.Tensors.Autodiff;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>
/// Features of instances in pix2pixHD: their means, their clusters, what learns of them and what a checkpoint holds. FamilyStepTests holds
/// their steps against PyTorch's.
/// </summary>
public sealed class InstanceFeatureTests : InPictureFolder
{
    private const int Side = 32;

    private static readonly Pix2PixHdOptions s_tiny = new()
    {
        InstanceFeat = true, FeatNum = 2, NDownsampleE = 2, Nef = 3, NClusters = 1, LabelNc = 3, Ngf = 4, Ndf = 4, NDownsampleGlobal = 2,
        NBlocksGlobal = 1, NLayersD = 2, Preprocess = PreprocessMode.ResizeAndCrop, LoadSize = Side, CropSize = Side, Flip = false,
        Device = "cpu", Steps = 5, LogFreq = 1, SampleFreq = 0, Seed = 7,
    };

    private Device _device = null!;

    [SetUp]
    public void SetUp() => _device = Device.Open("cpu");

    [TearDown]
    public void TearDown() => _device.Dispose();

    /// <summary>What lies beyond the label map, where the picture was mirrored out, does not count.</summary>
    [Test]
    public void AClassHasTheMeansOfItsPixels()
    {
        using var step = _device.Step();
        float[] left = [1, 2, 50, 5, 6, 50, 50, 50, 50];
        var x = Tensor.From([.. left, .. left.Select(v => -v)], new Shape(1, 2, 3, 3), _device);
        var labels = Tensor.From([1f, 1, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0], new Shape(1, 3, 2, 2), _device);
        var means = InstanceMeans.OfClasses(x, labels);
        Assert.That(means.Keys, Is.EqualTo(new[] { 0, 1 }), "the third class is not in the picture");
        Assert.That(means[0], Is.EqualTo(new float[] { 3, -3 }));
        Assert.That(means[1], Is.EqualTo(new float[] { 5, -5 }));
    }

    [Test]
    public void ClustersOfDifferentPointsAreFound()
    {
        var random = new Random(3);
        float[][] middles = [[0, 0], [4, 0], [0, 5]];
        float[][] points = [.. Enumerable.Range(0, 60).Select(i => middles[i % 3].Select(m => m + (random.NextSingle() / 4)).ToArray())];
        var centres = KMeans.Centres(points, 3, new RandomSequence(new RandomKey(1, 0, 0, 0)));
        for (var c = 0; c < 3; c++)
        {
            var own = points.Where((_, i) => i % 3 == c).ToList();
            var found = centres.Single(centre => Math.Abs(centre[0] - middles[c][0]) < 1 && Math.Abs(centre[1] - middles[c][1]) < 1);
            Assert.That(found, Is.EqualTo(new[] { own.Average(p => p[0]), own.Average(p => p[1]) }).Within(1e-5));
        }
    }

    [Test]
    public void AFewPointsGiveCentresTwiceAndNoneGivesNone()
    {
        float[][] points = [[1, 2], [1, 2], [3, 4]];
        var centres = KMeans.Centres(points, 5, new RandomSequence(new RandomKey(2, 0, 0, 0)));
        Assert.That(centres, Has.Count.EqualTo(5));
        Assert.That(centres.Select(c => (c[0], c[1])).Distinct().Order(), Is.EqualTo(new[] { (1f, 2f), (3f, 4f) }));
        Assert.That(KMeans.Centres([], 5, new RandomSequence(default)), Is.Empty);
    }

    [Test]
    public void OfEachClassTheClusterWithTheLargestNumberIsTaken()
    {
        using var step = _device.Step();
        var clusters = new FeatureClusters(classes: 2, clusters: 3, features: 2).Initialize(1).To(_device);
        clusters.SetCentres([[[1, 2], [3, 4], [5, 6]], []]);
        var chosen = clusters.Choose(Tensor.From([0f, 2, 1, 3, 0, 0], new Shape(1, 6), _device));
        Assert.That(chosen.Shape, Is.EqualTo(new Shape(2, 2, 1, 1)));
        Assert.That(chosen.ToArray(), Is.EqualTo(new float[] { 3, 0, 4, 0 }), "the second class was never seen");
        var known = clusters.Choose(
            Tensor.From([0f, 2, 1, 3, 0, 0], new Shape(1, 6), _device), new Dictionary<int, float[]> { [1] = [7, 8] });
        Assert.That(known.ToArray(), Is.EqualTo(new float[] { 3, 7, 4, 8 }), "what is known of a class takes a cluster's place");
    }

    /// <summary>With one cluster a class its centre is the mean of its instances' features, which are means over their pixels.</summary>
    [Test]
    public void ACheckpointHoldsTheFeaturesOfTheTrainingPictures()
    {
        DrawData();
        using var runs = new TinyRun();
        runs.TrainOnFiles("whole", s_tiny with { Data = _folder.Root });
        using var file = NetworkFile.Open(runs.PathOf("whole"));
        Assert.That(file.Networks.Where(network => network.IsUntrained).Select(network => network.Name), Is.Empty);
        var encoder = (Layer)file.Find("netE").Load(_device);
        var centres = file.Find("netE_clusters").Load(_device).NamedTensors().Single().Value.ToArray();
        using var noGrad = GradMode.NoGrad();
        var sums = new double[3, 2];
        for (var picture = 0; picture < 3; picture++)
        {
            using var step = _device.Step();
            var photo = PictureFile.Load(_folder.PathOf($"train_img/{picture}.png"));
            var maps = encoder.Forward(photo.ToTensor(_device)).ToArray();
            var things = Enumerable.Range(0, Side * Side).GroupBy(InstanceAt).ToList();
            Assert.That(things, Has.Count.EqualTo(3));
            foreach (var thing in things)
            {
                for (var f = 0; f < 2; f++)
                {
                    sums[ClassAt(thing.First()), f] += thing.Average(i => (double)maps[(f * Side * Side) + i]);
                }
            }
        }

        float[] expected = [(float)(sums[0, 0] / 3), (float)(sums[0, 1] / 3), (float)(sums[1, 0] / 6), (float)(sums[1, 1] / 6), 0, 0];
        Assert.That(centres, Is.EqualTo(expected).Within(1e-5), "the third class is in no map");
        Assert.That(centres[0], Is.Not.EqualTo(centres[2]));
    }

    /// <summary>
    /// Each class of a map has what the encoder finds in that class of another photograph, by that one's own map; a class that it lacks has
    /// its cluster's features.
    /// </summary>
    [Test]
    public void APhotographGivesItsFeaturesToAnotherMap()
    {
        DrawData();
        byte[] below = [.. Enumerable.Range(0, Side * Side).Select(p => (byte)(p < Side * Side / 2 ? 1 : 0))];
        var map = _folder.Add("map.png", new Image(Side, Side, 1, below));
        var zeros = _folder.Add("zeros.png", new Image(Side, Side, 1, new byte[Side * Side]));
        byte[] levels = [.. Enumerable.Range(0, 3 * Side * Side).Select(i => (byte)(i * i % 251))];
        var photo = _folder.Add("photo.png", new Image(Side, Side, 3, levels));
        using var runs = new TinyRun();
        runs.TrainOnFiles("run", s_tiny with { Data = _folder.Root, Lr = 0.01f });
        var run = runs.PathOf("run");
        var settings = new TranslationSettings { Style = photo, StyleLabels = _folder.PathOf("train_label/2.png") };

        using var file = NetworkFile.Open(run);
        var (generator, encoder) = ((Layer)file.Find("netG").Load(_device), (Layer)file.Find("netE").Load(_device));
        var centres = file.Find("netE_clusters").Load(_device).NamedTensors().Single().Value.ToArray();
        using var noGrad = GradMode.NoGrad();
        var maps = Encoded();
        var pixels = Enumerable.Range(0, Side * Side).ToList();
        float[][] means =
        [
            .. Enumerable.Range(0, 2).Select(label => (float[])[.. Enumerable.Range(0, 2).Select(
                f => (float)pixels.Where(p => ClassAt(p) == label).Average(p => (double)maps[(f * Side * Side) + p]))]),
        ];
        Assert.That(Made(settings), Is.EqualTo(Expected(means[0], means[1])));
        Assert.That(
            Made(settings with { StyleLabels = zeros }), Is.EqualTo(Expected(MeanOfAll(), centres[2..4])),
            "all of the photograph is of class 0 by this map");
        Assert.That(Expected([1, -1], [-1, 1]), Is.Not.EqualTo(Expected(means[0], means[1])), "the picture shows its features");
        var resident = ResidentModel.Open(run, _device).With(settings);
        Assert.That(resident.Translate(PictureFile.LoadIndices(map), map).Layers[0].Bytes, Is.EqualTo(Made(settings)));

        Refused<OptionsException>(settings with { StyleLabels = null }, "--style-labels is missing");
        Refused<OptionsException>(settings with { Style = null }, "--style-labels needs --style");
        Refused<OptionsException>(settings with { Samples = 2 }, "--style can't be combined with --samples");
        var small = _folder.Add("small.png", new Image(4, 2, 1, new byte[8]));
        Refused<PictureException>(settings with { StyleLabels = small }, "small.png: has 4x2 pixels");
        var foreign = _folder.Add("foreign.png", new Image(Side, Side, 1, [.. below.Select(b => (byte)(b + 7))]));
        Refused<PictureException>(settings with { StyleLabels = foreign }, "foreign.png: has pixels of class");

        byte[] Made(TranslationSettings asked) =>
            Translator.Open(run, _device, asked).Translate(PictureFile.LoadIndices(map), map).Layers[0].Bytes;

        float[] Encoded()
        {
            using var step = _device.Step();
            return encoder.Forward(PictureFile.Load(photo).ToTensor(_device)).ToArray();
        }

        float[] MeanOfAll() => [.. Enumerable.Range(0, 2).Select(f => (float)pixels.Average(p => (double)maps[(f * Side * Side) + p]))];

        // Three planes of classes, one of borders, two of features.
        byte[] Expected(float[] ofClass0, float[] ofClass1)
        {
            using var step = _device.Step();
            var borders = new LabelMap(Side, Side, [.. below.Select(b => (int)b)]).Borders();
            float[] planes =
            [
                .. Enumerable.Range(0, 3).SelectMany(label => below.Select(b => b == label ? 1f : 0)), .. borders,
                .. Enumerable.Range(0, 2).SelectMany(f => below.Select(b => b == 0 ? ofClass0[f] : ofClass1[f])),
            ];
            var made = generator.Forward(Tensor.From(planes, new Shape(1, 6, Side, Side), _device));
            return PictureTensors.ToPicture(made).Layers[0].Bytes;
        }

        void Refused<T>(TranslationSettings asked, string why)
            where T : Exception =>
            Assert.That(() => Translator.Open(run, _device, asked), Throws.InstanceOf<T>().With.Message.Contains(why));
    }

    /// <summary>They are clustered for each checkpoint, in the turns that others leave who compute on the device.</summary>
    [Test]
    [MaxSeconds(10)] // Two trainings.
    public void FeaturesAreClusteredInTurn()
    {
        DrawData();
        using var runs = new TinyRun();
        var options = s_tiny with { Data = _folder.Root, EmaDecay = 0.5f, SaveSteps = 1, Steps = 3 };
        runs.TrainOnFiles("alone", options);
        using var ends = new CancellationTokenSource();
        var others = Task.Factory.StartNew(
            () =>
            {
                while (!ends.IsCancellationRequested)
                {
                    _device.WorkQueue.Run(() =>
                    {
                        using var step = _device.Step();
                        Thread.Sleep(1);
                    });
                    Thread.Sleep(1);
                }
            },
            TaskCreationOptions.LongRunning);
        try
        {
            using var run = TrainingRun.Create(runs.PathOf("beside"), options, device: _device);
            Assert.That(run.Train(), Is.EqualTo(TrainingOutcome.Finished));
        }
        finally
        {
            ends.Cancel();
        }

        others.Wait();
        Assert.That(runs.FinalTensors("beside"), Is.EqualTo(runs.FinalTensors("alone")));
    }

    /// <summary>The borders that a generator is told are those of the instance map which belongs to the input.</summary>
    [Test]
    public void BordersOfInstancesAreTranslated()
    {
        DrawData();
        using var runs = new TinyRun();
        var options = s_tiny with { Data = _folder.Root, InstanceFeat = false, Lr = 0.01f };
        runs.TrainOnFiles("run", options);
        var run = runs.PathOf("run");
        var plan = FileTranslation.Plan(_folder.PathOf("train_label"), _folder.PathOf("made"));
        var settings = new TranslationSettings
        {
            InstanceMaps = FileTranslation.InstancesOf(plan, _folder.PathOf("train_inst")),
        };
        var results = FileTranslation.Run(() => Translator.Open(run, _device, settings), plan);
        Assert.That(results.Select(r => r.Failure), Is.EqualTo(new string?[] { null, null, null }));

        using var file = NetworkFile.Open(run);
        var generator = (Layer)file.Find("netG").Load(_device);
        Assert.That(PictureFile.Load(results[1].Output).Layers[0].Bytes, Is.EqualTo(Expected(InstanceAt)));
        var input = plan[1].Input;
        var ofClasses = Translator.Open(run, _device, settings with { InstanceMaps = null });
        Assert.That(ofClasses.Translate(PictureFile.LoadIndices(input), input).Layers[0].Bytes, Is.EqualTo(Expected(ClassAt)));
        Assert.That(Expected(ClassAt), Is.Not.EqualTo(Expected(InstanceAt)), "class 1 has two instances");

        var small = _folder.Add("small.png", new Image(4, 2, 1, new byte[8]));
        var wrong = settings with { InstanceMaps = new Dictionary<string, string> { [input] = small } };
        Assert.That(
            FileTranslation.Run(() => Translator.Open(run, _device, wrong), plan)[1].Failure, Does.Contain("small.png: has 4x2 pixels"));
        Fails.With<PictureException>(() => FileTranslation.InstancesOf(plan, small), "1 instance map for 3 label maps");
        Fails.With<PictureException>(() => FileTranslation.InstancesOf(plan, _folder.PathOf("none")), "there is no such file or folder");
        runs.TrainOnFiles("borderless", options with { Instance = false, Steps = 1 });
        Fails.Starting<OptionsException>(() => Translator.Open(runs.PathOf("borderless"), _device, settings), "--instances does not fit");

        // Three planes of classes and one of borders.
        byte[] Expected(Func<int, int> thingAt)
        {
            using var noGrad = GradMode.NoGrad();
            using var step = _device.Step();
            var pixels = Enumerable.Range(0, Side * Side).ToList();
            float[] planes =
            [
                .. Enumerable.Range(0, 3).SelectMany(label => pixels.Select(p => ClassAt(p) == label ? 1f : 0)),
                .. new LabelMap(Side, Side, [.. pixels.Select(thingAt)]).Borders(),
            ];
            var made = generator.Forward(Tensor.From(planes, new Shape(1, 4, Side, Side), _device));
            return PictureTensors.ToPicture(made).Layers[0].Bytes;
        }
    }

    /// <summary>Evaluation tells the generator the borders of the split's instance maps.</summary>
    [Test]
    public void BordersOfInstancesAreEvaluated()
    {
        DrawData();
        foreach (var kind in (string[])["label", "img", "inst"])
        {
            Directory.Move(_folder.PathOf($"train_{kind}"), _folder.PathOf($"val_{kind}"));
        }

        DrawData();
        using var runs = new TinyRun();
        runs.TrainOnFiles("run", s_tiny with { Data = _folder.Root, InstanceFeat = false, Lr = 0.01f });
        var plan = FileTranslation.Plan(_folder.PathOf("val_label"), _folder.PathOf("made"));
        var settings = new TranslationSettings
        {
            InstanceMaps = FileTranslation.InstancesOf(plan, _folder.PathOf("val_inst")),
        };
        var (withMaps, without) = (Expected(settings), Expected(settings with { InstanceMaps = null }));
        Assert.That(withMaps, Is.Not.EqualTo(without).Within(1e-6), "class 1 has two instances");
        Assert.That(L1Of(), Is.EqualTo(withMaps).Within(1e-9));
        Directory.Delete(_folder.PathOf("val_inst"), recursive: true);
        Assert.That(L1Of(), Is.EqualTo(without).Within(1e-9));

        double L1Of()
        {
            var request = new EvaluationRequest { Model = runs.PathOf("run"), Data = _folder.Root, Labels = false };
            return RunEvaluation.Run(request, _device).Report.Mean!.L1;
        }

        double Expected(TranslationSettings asked)
        {
            var made = FileTranslation.Run(() => Translator.Open(runs.PathOf("run"), _device, asked), plan);
            Assert.That(made.Select(m => m.Failure), Is.All.Null);
            return plan.Zip(Directory.GetFiles(_folder.PathOf("val_img")).Order(StringComparer.Ordinal))
                .Average(p => ImageScore.Of("", PictureFile.Load(p.First.Output), PictureFile.Load(p.Second).ToChannels(3, p.Second)).L1);
        }
    }

    [Test]
    public void SamplesSayWhichInstanceAPixelBelongsTo([Values] bool maps, [Values] bool labelFeat)
    {
        DrawData();
        if (!maps)
        {
            Directory.Delete(_folder.PathOf("train_inst"), recursive: true);
        }

        var options = s_tiny with { Data = _folder.Root, LabelFeat = labelFeat };
        foreach (var batch in First(options))
        {
            Func<int, int> of = maps && !labelFeat ? InstanceAt : ClassAt;
            var pixels = Enumerable.Range(0, Side * Side).ToList();
            Assert.That(batch.Instance.Shape, Is.EqualTo(new Shape(1, 1, Side, Side)));
            Assert.That(batch.Instance.ToArray(), Is.EqualTo(pixels.Select(i => (float)pixels.First(p => of(p) == of(i)))));
            Assert.That(batch.Border.ToArray().Contains(1), "borders stay");
            var halves = new[] { (Side / 2) - 1, Side / 2 }.Select(row => batch.Border.ToArray()[(row * Side) + Side - 1]);
            Assert.That(halves, Is.All.EqualTo(maps ? 1 : 0), "those between the things of a class, too");
        }

        var without = First(options with { InstanceFeat = false, LabelFeat = false });
        Assert.That(without.Select(b => string.Join(' ', b.Fields.Select(f => f.Key))), Is.EqualTo(new[] { "Label Border B" }));

        IEnumerable<Batch> First(Pix2PixHdOptions o) =>
            FamilyCatalog.Of(o).OpenData(o, "train", forEvaluation: true).InOrder().On(_device, count: 1);
    }

    /// <summary>The left half is one thing of class 0, the right half two things of class 1, one above the other.</summary>
    private static int ClassAt(int pixel) => pixel % Side < Side / 2 ? 0 : 1;

    private static int InstanceAt(int pixel) => ClassAt(pixel) == 0 ? 5 : pixel / Side < Side / 2 ? 1000 : 1001;

    private void DrawData()
    {
        var pixels = Enumerable.Range(0, Side * Side).ToList();
        byte[] classes = [.. pixels.Select(p => (byte)ClassAt(p))];
        ushort[] instances = [.. pixels.Select(p => (ushort)InstanceAt(p))];
        for (var i = 0; i < 3; i++)
        {
            _folder.Add($"train_img/{i}.png", Side, Side, (byte)(80 * i));
            _folder.Add($"train_label/{i}.png", new Image(Side, Side, 1, classes));
            _folder.Add($"train_inst/{i}.png", new Image(Side, Side, 1, instances));
        }
    }
}
