using IlgpuGan.Models.Families.LapGan;
using IlgpuGan.Models.Families.SinGan;
using IlgpuGan.Models.Families.StarGan;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Models.Translation;
using IlgpuGan.ModelsTests.Data;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Formats.Safetensors;

namespace IlgpuGan.ModelsTests.Training;

/// <summary>
/// Moving averages of a run's weights: what they are, that they change nothing else, go on exactly, and are what makes pictures.
/// </summary>
internal sealed class MovingAverageTests() : InFolder(threads: 1)
{
    private const float Decay = 0.8f;

    /// <summary>After each step, recorded or not, against the recursion in float64; the discriminator has none.</summary>
    [Test]
    public void AveragesFollowTheWeights([Values] bool eager)
    {
        var options = TinyRun.Pix2Pix with { EmaDecay = Decay, Eager = eager };
        using var model = GanModel.Create(options, Device);
        Dictionary<string, double[]>? expected = null;
        var step = 0;
        foreach (var batch in TinyRun.Data(options).Train.Shuffled(1).On(Device, count: 5))
        {
            expected ??= Weights(model).ToDictionary(w => w.Key, w => Array.ConvertAll(w.Value, x => (double)x));
            model.Step(batch, step);
            var decay = Math.Min(Decay, (1.0 + step) / (10 + step));
            foreach (var (name, weights) in Weights(model))
            {
                expected[name] = [.. expected[name].Zip(weights, (a, w) => (decay * a) + ((1 - decay) * w))];
            }

            step++;
        }

        Assert.That(model.StepCounts[StepPath.Replayed], eager ? Is.Zero : Is.GreaterThan(0));
        var averages = model.Average!.Averages.ToDictionary(a => a.Name, a => a.Value.ToArray());
        Assert.That(averages.Keys, Is.EquivalentTo(expected!.Keys).And.All.StartsWith("netG."));
        foreach (var (name, values) in averages.Where(a => !a.Key.EndsWith("num_batches_tracked", StringComparison.Ordinal)))
        {
            Assert.That(values, Is.EqualTo(expected[name]).Within(1e-5), name);
        }

        static IEnumerable<KeyValuePair<string, float[]>> Weights(GanModel model) =>
            model.Networks[0].Network.NamedTensors("netG.").Select(t => KeyValuePair.Create(t.Name, t.Value.ToArray()));
    }

    [Test]
    public void TheyChangeNoWeightAndGoOnBitForBit()
    {
        var options = TinyRun.CycleGan with { EmaDecay = Decay, Steps = 6 };
        _runs.Train("without", options with { EmaDecay = 0 });
        _runs.AssertResumes(options, stopAfter: 3);
        var (with, without) = (Tensors("whole"), Tensors("without"));
        Assert.That(without.Keys, Has.None.StartsWith("average."));
        Assert.That(
            with.Keys.Except(without.Keys),
            Is.All.StartsWith("average.").And.Some.StartsWith("average.netG_A.").And.Some.StartsWith("average.netG_B.").And.None.Contains(
                "netD"));
        foreach (var (name, bytes) in without)
        {
            Assert.That(with[name], Is.EqualTo(bytes), name);
        }

        Fails.With<OptionsException>(
            () => TrainingRun.Resume(_runs.PathOf("whole"), o => o with { EmaDecay = 0.5f, Steps = 8 }, TinyRun.Data(options)),
            "--ema-decay");

        Dictionary<string, byte[]> Tensors(string name)
        {
            using var file = new SafetensorsFile(new RunDirectory(_runs.PathOf(name)).Latest);
            return file.ReadAll().ToDictionary(a => a.Name, a => a.Bytes.ToArray());
        }
    }

    /// <summary>A file whose weights are the averages translates to the same pixels; samples show them, too.</summary>
    [Test]
    public void PicturesAreMadeByTheAverages()
    {
        var options = TinyRun.Pix2Pix with { EmaDecay = 0.9f, Dropout = false };
        using var run = TrainingRun.Create(_runs.PathOf("run"), options, TinyRun.Data(options));
        run.Train();
        var picture = new Picture(new SyntheticFacades(1, 32).Draw(0).Labels);
        var translated = Translated(_runs.PathOf("run"));
        using (run.Model.Average!.Swap())
        {
            NetworkExporter.ToSafetensors(run.Model.Networks[0].Network, _runs.PathOf("averages.safetensors"), new ExportSettings());
        }

        NetworkExporter.ToSafetensors(run.Model.Networks[0].Network, _runs.PathOf("weights.safetensors"), new ExportSettings());
        Assert.That(
            translated,
            Is.EqualTo(Translated(_runs.PathOf("averages.safetensors"))).And.Not.EqualTo(Translated(_runs.PathOf("weights.safetensors"))));
        foreach (var batch in TinyRun.Data(options).HeldOut.InOrder().On(run.Model.Device, count: 1))
        {
            using var step = run.Model.Device.Step();
            var shown = PictureTensors.ToPicture(run.Model.Show(batch)[1].Picture).Layers[0].Bytes;
            var expected = Translator.Open(_runs.PathOf("run"), run.Model.Device).Forward(batch.A);
            Assert.That(shown, Is.EqualTo(PictureTensors.ToPicture(expected).Layers[0].Bytes));
        }

        byte[] Translated(string path) => Translator.Open(path, Device).Translate(picture).Layers[0].Bytes;
    }

    /// <summary>Steps of the critic alone leave the generator, and so its averages, as they are.</summary>
    [Test]
    public void CriticsStepsDoNotCount()
    {
        var options = StarGanOptions() with { EmaDecay = 0.9f };
        using var model = GanModel.Create(options, Device);
        using var batch = FamilyCatalog.Of(options).Noise(options, Device);
        for (var step = 0; step < 6; step++)
        {
            model.Step(batch, step);
        }

        Assert.That(model.Average!.UpdateCount, Is.EqualTo(2));

        static StarGanOptions StarGanOptions() => (StarGanOptions)OptionsJson.Parse(
            """
            {"model": "stargan", "labels": "a,b", "centre-crop": 0, "image-size": 16, "g-conv-dim": 2, "d-conv-dim": 2, "g-repeat-num": 1,
             "d-repeat-num": 3,
             "n-critic": 3, "batch-size": 2}
            """);
    }

    /// <summary>A new level of a pyramid begins with weights of its own, not with an average over those of before.</summary>
    [Test]
    public void AStageBeginsThemAgain()
    {
        using var folder = new PictureFolderFixture();
        folder.Add("one.png", 40, 32);
        var options = new SinGanOptions
        {
            Data = folder.PathOf("one.png"), Device = "cpu", MinSize = 14, MaxSize = 18, Nfc = 4, MaxNfc = 4, Niter = 2, Dsteps = 1,
            Gsteps = 1,
            Seed = 3, EmaDecay = 0.9f, SampleFreq = 0,
        };
        using var run = TrainingRun.Create(folder.PathOf("run"), options);
        var counts = new List<long>();
        run.Train(new AfterStep(_ => counts.Add(run.Model.Average!.UpdateCount)));
        Assert.That(counts, Has.Count.GreaterThanOrEqualTo(4));
        Assert.That(counts, Is.EqualTo(counts.Select((_, i) => 1 + (i % 2))), "two steps a stage");
    }

    /// <summary>
    /// A level that the steps of the next ones leave alone keeps the averages that its own steps made, through a stop, too.
    /// </summary>
    [Test]
    public void FinishedLevelsKeepTheirs()
    {
        using var folder = new PictureFolderFixture();
        folder.Add("one.png", 32, 32, tag: 90);
        folder.Add("two.png", 32, 32, tag: 200);
        var options = LapGanOptions.Small() with
        {
            Data = folder.Root, Device = "cpu", Nz = 6, Nfc = 3, BaseWidthG = 8, BaseWidthD = 8, BatchSize = 2, Niter = 3, Steps = 8,
            EmaDecay = 0.9f, SampleFreq = 0,
        };
        var coarsest = new List<float[]>();
        using (var run = TrainingRun.Create(_runs.PathOf("whole"), options))
        {
            run.Train(new AfterStep(_ => coarsest.Add(Average(run.Model))));
            Assert.That(coarsest[^1], Is.Not.EqualTo(Weights(run.Model)), "the averages are none of the last weights");
            Assert.That(run.Model.Average!.UpdateCount, Is.EqualTo(2), "of the third level");
        }

        Assert.That(coarsest[2], Is.Not.EqualTo(coarsest[1]));
        Assert.That(coarsest[3..], Is.All.EqualTo(coarsest[2]));
        _runs.TrainOnFiles("parts", options, stopAfter: 4);
        _runs.ResumeOnFiles("parts");
        Assert.That(_runs.FinalTensors("parts"), Is.EqualTo(_runs.FinalTensors("whole")));

        static float[] Average(GanModel model) => [.. model.Average!.Averages
            .Where(a => a.Name.StartsWith("netG_0.", StringComparison.Ordinal)).SelectMany(a => a.Value.ToArray())];

        static float[] Weights(GanModel model) => [.. model.Networks[0].Network.NamedTensors("").SelectMany(t => t.Value.ToArray())];
    }
}
