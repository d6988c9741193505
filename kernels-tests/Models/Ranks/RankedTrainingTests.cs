using IlgpuGan.Models.Families.BicycleGan;
using IlgpuGan.Models.Families.Cut;
using IlgpuGan.Models.Families.CycleGan;
using IlgpuGan.Models.Families.Ebgan;
using IlgpuGan.Models.Families.Gman;
using IlgpuGan.Models.Families.LapGan;
using IlgpuGan.Models.Families.MadGan;
using IlgpuGan.Models.Families.Pix2Pix;
using IlgpuGan.Models.Families.Pix2PixHd;
using IlgpuGan.Models.Families.ProgressiveGan;
using IlgpuGan.Models.Families.Spade;
using IlgpuGan.Models.Families.StackGan;
using IlgpuGan.Models.Families.TripleGan;
using IlgpuGan.Models.Losses;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Optim;
using IlgpuGan.Tensors.Ranks;
using IlgpuGan.TestsCommon.PtxMachine.Driver;

namespace IlgpuGan.ModelsTests.Ranks;

/// <summary>The checkpoint of a run has the same bits however many ranks trained it, by threads in place of processes.</summary>
internal sealed class RankedTrainingTests() : InFolder(threads: 1)
{
    private static readonly Pix2PixOptions s_pix2pix = TinyRun.Pix2Pix with
    {
        Norm = NormKind.Instance, Reduction = GradientReduction.Tree, BatchSize = 3, Steps = 4, Threads = 1, EmaDecay = 0.9f,
    };

    private static readonly Pix2PixHdOptions s_pix2pixHd = new()
    {
        LabelMaps = false, Ngf = 4, Ndf = 4, NDownsampleGlobal = 1, NBlocksGlobal = 1, NLayersD = 1, NDownsampleE = 1, Nef = 4,
        FeatNum = 2, NClusters = 2, Preprocess = PreprocessMode.ResizeAndCrop, LoadSize = 36, CropSize = 32, Device = "cpu", LogFreq = 1,
        SampleFreq = 0, Seed = 7, Reduction = GradientReduction.Tree, BatchSize = 3, Steps = 4, Threads = 1, EmaDecay = 0.9f,
    };

    /// <summary>Families that learn by sample.</summary>
    private static IEnumerable<string> BySample => FamilyCatalog.All.Where(f => f.Info.LearnsBySample).Select(f => f.Info.Name);

    /// <summary>Families of the catalogue, and what their defaults leave out.</summary>
    private static TrainingOptions OfCatalogue(string name) => name switch
    {
        "fastcut" => (CutOptions)CatalogueCase.All["cut"].Options with { FlipEquivariance = true, NceIdentity = false },
        "spade, batch norm and styles" =>
            (SpadeOptions)CatalogueCase.All["spade"].Options with { NormG = "spadesyncbatch3x3", UseVae = true, ZDim = 4 },
        "cvae-gan" => (BicycleGanOptions)CatalogueCase.All["bicyclegan"].Options with { Variant = BicycleVariant.CvaeGan },
        "clr-gan" => (BicycleGanOptions)CatalogueCase.All["bicyclegan"].Options with { Variant = BicycleVariant.ClrGan },
        "bicyclegan, conditional" => (BicycleGanOptions)CatalogueCase.All["bicyclegan"].Options with { ConditionalD = true },
        "ebgan, convolutions" => (EbganOptions)CatalogueCase.All["ebgan"].Options with
        {
            Layers = EbganLayers.Convolutions, ImageSize = 16, Ngf = 4, Ndf = 4, LambdaPt = 0.5f,
        },
        "gman, five judges" =>
            (GmanOptions)CatalogueCase.All["gman"].Options with { Discriminators = 5, Objective = GeneratorObjective.Modified },
        "lapgan" => (LapGanOptions)CatalogueCase.All[name].Options with { Niter = 2 },
        "stackgan" => (StackGanOptions)CatalogueCase.All[name].Options with { Niter = 2 },
        _ => CatalogueCase.All[name].Options,
    };

    /// <summary>Five samples in batches of three, so that an epoch's last one is smaller; pools swap from the second step on.</summary>
    private static PictureOptions Options(string name) => name switch
    {
        "pix2pix" => s_pix2pix,
        "wgangp" => s_pix2pix with { GanMode = GanMode.Wgangp },
        "batch norm" => s_pix2pix with { Norm = NormKind.Batch },
        "bf16" => s_pix2pix with { Exchange = GradientExchange.Bf16 },
        "plateau" => s_pix2pix with { LrPolicy = LearningRatePolicy.Plateau, Steps = 6 },
        "pix2pixhd" => s_pix2pixHd,

        // In the first of two epochs the enhancer learns alone.
        "enhancer" => s_pix2pixHd with { NLocalEnhancers = 1, NBlocksLocal = 1, NiterFixGlobal = 1 },
        "labels" => s_pix2pixHd with { LabelMaps = true, LabelNc = 3 },
        "features" => s_pix2pixHd with { LabelMaps = true, LabelNc = 3, InstanceFeat = true },
        _ => TinyRun.CycleGan with { Reduction = GradientReduction.Tree, BatchSize = 3, Steps = 4, Threads = 1 },
    };

    [TestCase("pix2pix", 2)]
    [TestCase("pix2pix", 3)]
    [TestCase("pix2pix", 4)]
    [TestCase("pix2pix", 8)]
    [TestCase("cyclegan", 2)]
    [TestCase("wgangp", 2)]
    [TestCase("batch norm", 2)]
    [TestCase("plateau", 2)]
    [TestCase("bf16", 2)]
    [TestCase("pix2pixhd", 2)]
    [TestCase("enhancer", 2)]
    [MaxSeconds(10)] // Up to eight ranks.
    public void AnyNumberOfRanksGivesTheSameBits(string name, int count)
    {
        var options = Options(name);
        Assert.That(Train("alone", options, 1), Is.All.EqualTo(TrainingOutcome.Finished));
        Assert.That(Train("shared", options, count), Is.All.EqualTo(TrainingOutcome.Finished));
        Assert.That(_runs.FinalTensors("shared"), Is.EqualTo(_runs.FinalTensors("alone")));
        Assert.That(Losses("shared"), Is.EqualTo(Losses("alone")));
        Assert.That(Directory.GetDirectories(_runs.Folder), Has.Length.EqualTo(2), "one folder a run");
    }

    /// <summary>
    /// Two ranks on one card, each with a context of its own: the machine that runs PTX has one card, and cards go round among ranks. The
    /// second step is a graph.
    /// </summary>
    [Test]
    [Exhaustive] // Steps are interpreted.
    public void RanksThatShareACardGiveTheBitsOfOne()
    {
        const int Side = 16;
        var options = s_pix2pix with
        {
            Generator = GeneratorKind.UNet(4), LoadSize = Side, CropSize = Side, BatchSize = 2, Steps = 3, Device = "cuda",
        };
        Assert.That(OnACard("alone", 1), Is.All.EqualTo(TrainingOutcome.Finished));
        Assert.That(OnACard("shared", 2), Is.All.EqualTo(TrainingOutcome.Finished));
        Assert.That(_runs.FinalTensors("shared"), Is.EqualTo(_runs.FinalTensors("alone")));
        Assert.That(Losses("shared"), Is.EqualTo(Losses("alone")));

        TrainingOutcome[] OnACard(string folder, int count) => ThreadRanks.Run(count, rank =>
        {
            using var device = PtxDriver.Open();
            TestDevices.ForcePlainProducts(device);
            using var run = TrainingRun.Create(_runs.PathOf(folder), options, rank, TinyRun.Data(options, count: 4), device);
            return run.Train();
        });
    }

    /// <summary>
    /// Six samples in batches of four, or twelve of five, as the tests of the whole catalogue train them: of three ranks one has no sample
    /// in the last batch of twelve.
    /// </summary>
    [Test]
    public void EachFamilyGivesTheSameBitsOnAnyNumberOfRanks(
        [ValueSource(nameof(BySample)),
            Values("fastcut", "spade, batch norm and styles", "clr-gan", "ebgan, convolutions", "gman, five judges")] string name)
    {
        var options = OfCatalogue(name) with
        {
            Data = _runs.PathOf("data"), Reduction = GradientReduction.Tree, Steps = 4, EmaDecay = 0.9f,
        };
        options = options with { BatchSize = options is ProgressiveGanOptions ? 8 : options is NoiseOptions ? 5 : 4 };
        CatalogueCase.All[options.Model].WriteData(options.Data);
        Assert.That(Train("alone", options, 1, fromFiles: true), Is.All.EqualTo(TrainingOutcome.Finished));
        Assert.That(Train("by3", options, 3, fromFiles: true), Is.All.EqualTo(TrainingOutcome.Finished));
        Assert.That(_runs.FinalTensors("by3"), Is.EqualTo(_runs.FinalTensors("alone")));
        Assert.That(Losses("by3"), Is.EqualTo(Losses("alone")));
    }

    /// <summary>
    /// What these families draw is the same for all samples here: a batch draws some of it for all at once. Their first two steps differ,
    /// where not all do the same.
    /// </summary>
    [Test]
    public void TheGradientsOfFamiliesAreTheBatchs(
        [Values(
            "discogan", "cut", "stargan", "spade", "spade, batch norm and styles", "wgan-gp", "bicyclegan, conditional", "cvae-gan",
            "clr-gan")] string name,
        [Values(0, 1)] int step)
    {
        AssertAlike(OfCatalogue(name) with { BatchSize = 3, Reduction = GradientReduction.Tree }, step, draws: () => SameForAll);

        Tensor SameForAll(string draw, Shape shape) => draw.StartsWith("places", StringComparison.Ordinal)
            ? Tensor.Uniform(new RandomKey(3, 1, 4, (uint)draw.Length), shape, Device)
            : Tensor.Full(shape, 0.3f, Device);
    }

    /// <summary>
    /// Each sample has codes of its own here, the same by itself as in a batch. Nothing else is random: dropout and noise are left out.
    /// </summary>
    [Test]
    public void TheGradientsOfFamiliesThatMakePicturesOfNoiseAreTheBatchs(
        [Values(
            "gan", "dcgan", "lapgan", "pggan", "ebgan", "ebgan, convolutions", "began", "gman", "gman, five judges", "madgan",
            "triplegan", "stackgan", "stackgan-v2", "r3gan")] string name,
        [Values(0, 2, 3)] int step)
    {
        const int samples = 8;
        var options = OfCatalogue(name) with { BatchSize = samples, Reduction = GradientReduction.Tree };
        options = options switch
        {
            GmanOptions gman => gman with { Dropout = false },
            LapGanOptions lap => lap with { Dropout = false },
            MadGanOptions mad => mad with { Dropout = false },
            StackedOptions stack => stack with { Labels = "maps,photographs" },
            TripleGanOptions triple => triple with { Dropout = false, NoiseD = false, LabelledD = 3, BatchC = 3, BatchG = 6 },
            _ => options,
        };
        AssertAlike(options, step, draws: () => CodesOfSamples(samples, Device));
    }

    /// <summary>One code less than judges: some samples are seen by two of them.</summary>
    [Test]
    public void ASmallBatchIsSeenByAllJudges()
    {
        var options = (GmanOptions)OfCatalogue("gman, five judges") with
        {
            Dropout = false, Reduction = GradientReduction.Tree, BatchSize = 5,
        };
        using var model = GanModel.Create(options, Device);
        model.SplitSamples(new SoleRank());
        using var noise = model.Family.Noise(options with { BatchSize = 4 }, Device);
        var losses = model.Step(new Batch(noise.Fields, noise.Names, epoch: 0), 0);
        Assert.That(losses.Count(l => l.Name.StartsWith("V_", StringComparison.Ordinal) && l.Value > 0), Is.EqualTo(5));
    }

    /// <summary>Numbers that a sample draws by itself, those of its row in a batch; by the draw's name, in the samples' order.</summary>
    private static Func<string, Shape, Tensor> CodesOfSamples(int samples, Device device)
    {
        var drawn = new Dictionary<string, int>(StringComparer.Ordinal);
        return (draw, shape) =>
        {
            var all = Tensor.Uniform(new RandomKey(3, 1, (uint)draw.Length, (uint)draw[0] + draw[^1]), shape.With(0, samples), device);
            var number = drawn.GetValueOrDefault(draw);
            drawn[draw] = number + shape[0];
            return shape[0] == samples ? all : all.Slice(0, number, shape[0]);
        };
    }

    /// <summary>By itself a process has the whole batch, and so the bits of norms that are synchronised.</summary>
    [Test]
    public void NormsThatAreNotSynchronisedDependOnTheRanks()
    {
        var options = Options("batch norm");
        var apart = options with { SyncBatchNorm = false };
        Train("sync", options, 1);
        Train("alone", apart, 1);
        Assert.That(_runs.FinalTensors("alone"), Is.EqualTo(_runs.FinalTensors("sync")));
        Assert.That(Train("by2", apart, 2), Is.All.EqualTo(TrainingOutcome.Finished));
        Assert.That(_runs.FinalTensors("by2"), Is.Not.EqualTo(_runs.FinalTensors("sync")));
        Train("again", apart, 2);
        Assert.That(_runs.FinalTensors("again"), Is.EqualTo(_runs.FinalTensors("by2")));
    }

    /// <summary>Maps with borders and, with features, their means over each instance and the clusters that a checkpoint holds.</summary>
    [Test]
    public void LabelMapsGiveTheSameBitsOnAnyNumberOfRanks([Values] bool features)
    {
        new SyntheticFacades(5, 36).WriteLabelsTo(_runs.PathOf("data"), "train");
        var options = s_pix2pixHd with { LabelMaps = true, InstanceFeat = features, Data = _runs.PathOf("data") };
        Assert.That(Train("alone", options, 1, fromFiles: true), Is.All.EqualTo(TrainingOutcome.Finished));
        foreach (var count in (int[])[2, 4])
        {
            Assert.That(Train($"by{count}", options, count, fromFiles: true), Is.All.EqualTo(TrainingOutcome.Finished));
            Assert.That(_runs.FinalTensors($"by{count}"), Is.EqualTo(_runs.FinalTensors("alone")), $"{count} ranks");
            Assert.That(Losses($"by{count}"), Is.EqualTo(Losses("alone")));
        }
    }

    [Test]
    public void ARunGoesOnWithAnotherNumberOfRanks([Values("pix2pix", "cyclegan", "enhancer", "wgangp", "batch norm")] string name)
    {
        var options = Options(name);
        Train("whole", options, 1);
        Train("parts", options with { Steps = 1 }, 3);
        Resume("parts", 2, steps: 3);
        Resume("parts", 1, steps: 4);
        Assert.That(_runs.FinalTensors("parts"), Is.EqualTo(_runs.FinalTensors("whole")));
    }

    /// <summary>
    /// One, two, three, four and eight ranks by themselves, and in turns of a step each, in which each takes over from each other once.
    /// The last batch of an epoch has a single sample.
    /// </summary>
    [Test]
    [Exhaustive]
    public void AnyNumberOfRanksTakesOverFromAnyOther([Values("pix2pix", "cyclegan", "wgangp", "wgan-gp", "batch norm")] string name)
    {
        int[] turns = [1, 2, 1, 3, 1, 4, 1, 8, 2, 3, 2, 4, 2, 8, 3, 4, 3, 8, 4, 8, 1];
        Assert.That(turns.Zip(turns.Skip(1)).Distinct().Count(), Is.EqualTo(5 * 4), "each after each other");
        var isOfCatalogue = CatalogueCase.All.TryGetValue(name, out var ofCatalogue) && ofCatalogue.Options is NoiseOptions;
        var options = (isOfCatalogue ? ofCatalogue!.Options : Options(name)) with
        {
            BatchSize = 4, Steps = turns.Length, Reduction = GradientReduction.Tree,
            Data = isOfCatalogue ? _runs.PathOf("data") : "",
        };
        if (isOfCatalogue)
        {
            ofCatalogue!.WriteData(options.Data);
        }

        Train("alone", options, 1, fromFiles: isOfCatalogue);
        var expected = _runs.FinalTensors("alone");
        foreach (var count in (int[])[2, 3, 4, 8])
        {
            Train($"by{count}", options, count, fromFiles: isOfCatalogue);
            Assert.That(_runs.FinalTensors($"by{count}"), Is.EqualTo(expected), $"{count} ranks");
        }

        Train("turns", options with { Steps = 1 }, turns[0], fromFiles: isOfCatalogue);
        foreach (var (i, count) in turns.Index().Skip(1))
        {
            Resume("turns", count, steps: i + 1, fromFiles: isOfCatalogue);
        }

        Assert.That(_runs.FinalTensors("turns"), Is.EqualTo(expected));
    }

    /// <summary>The mean over samples is that of the batch, but for rounding: it is the same training.</summary>
    [Test]
    public void SampleBySampleIsTheBatchButForRounding([Values(NormKind.Instance, NormKind.Batch)] NormKind norm)
    {
        var options = s_pix2pix with { Norm = norm, Dropout = false, Steps = 2, EmaDecay = 0 };
        Train("tree", options, 1);
        Train("batch", options with { Reduction = GradientReduction.Batch }, 1);
        var (tree, batch) = (Losses("tree"), Losses("batch"));
        Assert.That(tree.Select(l => l.Name), Is.EqualTo(batch.Select(l => l.Name)));
        foreach (var (i, (one, other)) in tree.Zip(batch, (t, b) => (t.Value, b.Value)).Index())
        {
            // Adam's first step goes by signs alone, those of gradients near zero, too.
            Assert.That(one, Is.EqualTo(other).Within((i < tree.Count / 2 ? 1e-5 : 1e-2) * Math.Abs(other)), tree[i].Name);
        }
    }

    /// <summary>
    /// Adam's first moment and SGD's velocity after one step are the gradient but for a factor; that of D waits while G learns.
    /// </summary>
    [Test]
    public void TheGradientsOfSamplesAreTheBatchs([Values("pix2pixhd", "enhancer", "labels", "features")] string name) =>
        AssertAlike(Options(name) with { EmaDecay = 0 }, step: 0, epoch: 1);

    /// <summary>
    /// Takes a step sample by sample and one with the batch, and compares losses and gradients, by the moments that these move.
    /// </summary>
    /// <param name="draws">makes what each of the two draws; null for what the model draws</param>
    private void AssertAlike(TrainingOptions options, long step, long epoch = 0, Func<Func<string, Shape, Tensor>>? draws = null)
    {
        using var apart = GanModel.Create(options, Device);
        using var together = GanModel.Create(options with { Reduction = GradientReduction.Batch }, Device);
        (apart.FixedDraws, together.FixedDraws) = (draws?.Invoke(), draws?.Invoke());
        apart.SplitSamples(new SoleRank());
        using var noise = apart.Family.Noise(options, Device);
        var batch = new Batch(noise.Fields, noise.Names, epoch);
        foreach (var (one, other) in apart.Step(batch, step).Zip(together.Step(batch, step)))
        {
            Assert.That(one.Name, Is.EqualTo(other.Name));
            Assert.That(one.Value, Is.EqualTo(other.Value).Within(1e-4 * Math.Abs(other.Value) + 1e-6), one.Name);
        }

        using var scope = Device.Step();
        foreach (var ((state, one), (_, other)) in apart.States.Zip(together.States))
        {
            Assert.That(one.ToArray(), Is.EqualTo(other.ToArray()).Within(1e-5f), state);
        }

        var learnt = 0;
        foreach (var ((part, one), (_, other)) in apart.Optimizers.Zip(together.Optimizers))
        {
            var (own, expected) = (Moments(one), Moments(other));
            Assert.That(own.Keys, Is.EqualTo(expected.Keys));
            learnt += own.Count;
            if (own.Count > 0)
            {
                // In a discriminator that knows nothing yet real pictures and fakes cancel in the last bias, down to rounding.
                Assert.That(
                    RelativeError.OfAll([.. own.Values], [.. expected.Values.Select(v => Array.ConvertAll(v, x => (double)x))]),
                    Is.LessThan(1e-2), part);
            }
        }

        Assert.That(learnt, Is.GreaterThan(apart.Networks.Count), "weights that learn");

        static SortedDictionary<string, float[]> Moments(Optimizer optimizer) => new(
            optimizer.State()
                .Where(s => s.Name.EndsWith(".exp_avg", StringComparison.Ordinal)
                    || s.Name.EndsWith(".momentum_buffer", StringComparison.Ordinal))
                .ToDictionary(s => s.Name, s => s.Value.ToArray()),
            StringComparer.Ordinal);
    }

    [Test]
    public void ARankThatCanNotReadItsDataEndsAllWithItsReason()
    {
        var told = ThreadRanks.Run(3, ranks =>
        {
            try
            {
                var options = s_pix2pix with { Data = ranks.Rank == 1 ? _runs.PathOf("nowhere") : "" };
                using var run = TrainingRun.Create(
                    _runs.PathOf("run"), options, ranks, ranks.Rank == 1 ? null : TinyRun.Data(options));
                return "trained";
            }
            catch (Exception e)
            {
                return $"{e.GetType().Name}: {e.Message}";
            }
        });
        Assert.That(told[1], Does.StartWith("PictureException").And.Contain("nowhere"));
        Assert.That(new[] { told[0], told[2] }, Is.All.StartsWith("RankFailedException: rank 1 can't go on").And.All.Contain("nowhere"));
    }

    [Test]
    public void RanksWithOtherOptionsAreRefused()
    {
        var told = ThreadRanks.Run(2, ranks =>
        {
            try
            {
                var options = s_pix2pix with { Lr = ranks.Rank == 1 ? 0.5f : 0.1f };
                using var run = TrainingRun.Create(_runs.PathOf("run"), options, ranks, TinyRun.Data(options));
                return "trained";
            }
            catch (RankFailedException e)
            {
                return e.Message;
            }
        });
        Assert.That(told, Is.All.EqualTo("rank 1 has other options than rank 0: lr is 0.5, not 0.1"));
    }

    /// <summary>One of them tells: the others end silently.</summary>
    [Test]
    public void RanksOfOtherVersionsAreRefused()
    {
        var told = ThreadRanks.Run(3, ranks =>
        {
            try
            {
                ranks.RequireAlike(
                    "another version", ranks.Rank == 2 ? "1.1.0.0" : "1.0.0.0", (other, first) => $"{other}, not {first}");
                return ("alike", false);
            }
            catch (RankFailedException e)
            {
                return (e.Message, e.IsReportedElsewhere);
            }
        });
        Assert.That(told.Select(t => t.Item1), Is.All.EqualTo("rank 2 has another version than rank 0: 1.1.0.0, not 1.0.0.0"));
        Assert.That(told.Select(t => t.Item2), Is.EqualTo((bool[])[false, true, true]));
    }

    [TestCase("singan", true, "singan learns from one picture, in which there is nothing to share")]
    [TestCase("triplegan", false, "--no-sync-batch-norm is not for triplegan")]
    public void WhatCanNotBeSharedIsRefused(string name, bool synchronises, string reason)
    {
        var (options, write) = CatalogueCase.All[name];
        var data = _runs.PathOf(name == "singan" ? "train.png" : "data");
        write(name == "singan" ? _runs.Folder : data);
        Assert.That(
            () => TrainingRun.Create(
                _runs.PathOf("run"), options with { Reduction = GradientReduction.Tree, Data = data, SyncBatchNorm = synchronises }),
            Throws.TypeOf<OptionsException>().With.Message.Contains(reason));
    }

    /// <summary>
    /// Four samples: the first half goes towards its targets, the second from random codes, each on two of four ranks. One rank of five
    /// has none.
    /// </summary>
    [Test]
    public void PartnersOfABatchShareTheWorkAcrossRanks([Values(2, 4, 5)] int count)
    {
        var options = OfCatalogue("bicyclegan") with
        {
            Data = _runs.PathOf("data"), Reduction = GradientReduction.Tree, BatchSize = 4, Steps = 3,
        };
        CatalogueCase.All[options.Model].WriteData(options.Data);
        Assert.That(Train("alone", options, 1, fromFiles: true), Is.All.EqualTo(TrainingOutcome.Finished));
        Assert.That(Train("apart", options, count, fromFiles: true), Is.All.EqualTo(TrainingOutcome.Finished));
        Assert.That(_runs.FinalTensors("apart"), Is.EqualTo(_runs.FinalTensors("alone")));
        Assert.That(Losses("apart"), Is.EqualTo(Losses("alone")));
    }

    private TrainingOutcome[] Train(
        string name, TrainingOptions options, int count, bool fromFiles = false) =>
        ThreadRanks.Run(count, ranks =>
        {
            using var run = TrainingRun.Create(
                _runs.PathOf(name), options, ranks, fromFiles ? null : TinyRun.Data((PictureOptions)options));
            return run.Train();
        });

    private void Resume(string name, int count, long steps, bool fromFiles = false) =>
        ThreadRanks.Run(count, ranks =>
        {
            var options = Checkpoint.Read(new RunDirectory(_runs.PathOf(name)).Latest).Options;
            using var run = TrainingRun.Resume(
                _runs.PathOf(name), ranks, o => o with { Steps = steps }, fromFiles ? null : TinyRun.Data((PictureOptions)options));
            return run.Train();
        });

    private List<(string Name, double Value)> Losses(string name) =>
    [
        .. File.ReadLines(new RunDirectory(_runs.PathOf(name)).Log).SelectMany(line =>
        {
            using var document = System.Text.Json.JsonDocument.Parse(line);
            return document.RootElement.EnumerateObject().Where(p => p.Name.Contains('_', StringComparison.Ordinal))
                .Select(p => (p.Name, p.Value.GetDouble())).ToList();
        }),
    ];
}
