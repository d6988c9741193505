using System.Diagnostics;
using System.Runtime.CompilerServices;
using IlgpuGan.Models.Losses;
using IlgpuGan.Models.Reporting;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Checkpoints;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.ModelsTests.Training;

/// <summary>
/// The WGAN-GP of the library's second page is the one here, so it compiles; and it trains, resumes and reports as the page says.
/// </summary>
[NonParallelizable]
public sealed class OwnLoopPageTests
{
    private const int MostLines = 57;

    [Test]
    public void AResumedLoopEndsWithTheBitsOfOneThatNeverStopped()
    {
        var before = Environment.CurrentDirectory;
        var folder = Directory.CreateTempSubdirectory("ilgpugan-loop-").FullName;
        try
        {
            Environment.CurrentDirectory = Directory.CreateDirectory(Path.Combine(folder, "whole")).FullName;
            DrawPictures();
            ThePagesProgram(steps: 20);
            Assert.That(LogEntry.ReadFile("runs/wgan/log.jsonl").Select(e => e.Step), Is.EqualTo(new long[] { 5, 10, 15, 20 }));
            Assert.That(File.Exists("runs/wgan/samples/step00000020-grid.png"));
            Assert.That(File.ReadAllText("runs/wgan/report.html"), Does.Contain("D_gp").And.Contain("20 of 20"));
            var whole = File.ReadAllBytes("runs/wgan/latest.safetensors");

            Environment.CurrentDirectory = Directory.CreateDirectory(Path.Combine(folder, "parts")).FullName;
            DrawPictures();
            ThePagesProgram(steps: 10);
            ThePagesProgram(steps: 20);
            Assert.That(File.ReadAllBytes("runs/wgan/latest.safetensors"), Is.EqualTo(whole));
            Assert.That(LogEntry.ReadFile("runs/wgan/log.jsonl").Select(e => e.Step), Is.EqualTo(new long[] { 5, 10, 15, 20 }));
            using var file = TensorFile.Open("runs/wgan/latest.safetensors");
            Assert.That(file.Metadata["step"], Is.EqualTo("20"));
            Assert.That(
                file.Contains("netG.0.weight") && file.Contains("optD.0.weight.exp_avg") && file.Contains("average.0.weight.average"));
        }
        finally
        {
            Environment.CurrentDirectory = before;
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void ThePageShowsThatProgram()
    {
        var here = Here();
        var page = Path.Combine(Sources.Root, "models", "using-the-library.md");
        var shown = File.ReadLines(page).SkipWhile(l => !l.StartsWith("# A loop of your own", StringComparison.Ordinal))
            .SkipWhile(l => !l.StartsWith("using var device", StringComparison.Ordinal)).TakeWhile(l => l != "```").ToList();
        var run = File.ReadLines(here).SkipWhile(l => l != "    private static void ThePagesProgram(long steps)").Skip(2)
            .TakeWhile(l => l != "    }").Select(l => l.Length > 8 ? l[8..] : "").ToList();
        Assert.That(shown, Is.EqualTo(run));
        Assert.That(shown.Count(l => l.Any(char.IsLetter)), Is.LessThanOrEqualTo(MostLines));
    }

    private static void DrawPictures()
    {
        var facades = new SyntheticFacades(20, 32);
        Directory.CreateDirectory("pictures");
        for (var i = 0; i < facades.Count; i++)
        {
            PictureFile.Save(new Picture(facades.Draw(i).Photo), $"pictures/{facades.NameOf(i)}.png");
        }
    }

    private static void ThePagesProgram(long steps)
    {
        using var device = Device.OpenBest();
        var random = new RandomState(seed: 7);
        using var generator = new Sequential(
            new Linear(32, 64 * 4 * 4), new Reshape(64, 4, 4), new BatchNorm2d(64), new Relu(),
            new ConvTranspose2d(64, 32, 4, stride: 2, padding: 1), new BatchNorm2d(32), new Relu(),
            new ConvTranspose2d(32, 3, 4, stride: 2, padding: 1), new Tanh()).Initialize(seed: 1).To(device);
        using var critic = new Sequential(
            new Conv2d(3, 32, 4, stride: 2, padding: 1), new LeakyRelu(),
            new Conv2d(32, 64, 4, stride: 2, padding: 1), new LeakyRelu(),
            new Flatten(), new Linear(64 * 4 * 4, 1)).Initialize(seed: 2).To(device);
        using var optG = new Adam(generator.Parameters, learningRate: 1e-4f, beta1: 0, beta2: 0.9f);
        using var optD = new Adam(critic.Parameters, learningRate: 1e-4f, beta1: 0, beta2: 0.9f);
        using var average = new WeightAverage(generator.NamedTensors(), decay: 0.99f);

        // What a resumed program needs to go on with the same bits.
        var state = new TrainingState(device)
            .Add("netG", generator).Add("netD", critic).Add("optG", optG).Add("optD", optD).Add("average", average).Add("random", random);
        Directory.CreateDirectory("runs/wgan");
        state.LoadIfExists("runs/wgan/latest.safetensors");

        // Both steps are recorded once and then replayed: the code below runs twice, its kernels each time.
        using var criticStep = new RecordedStep(device, inputs =>
        {
            var real = inputs[0];
            var fake = generator.Forward(Noise(real.Shape[0])).Detach();
            var penalty = GradientPenalty.Of(critic, real, fake, random, weight: 10);
            var distance = critic.Forward(fake).Mean() - critic.Forward(real).Mean();
            optD.Minimize(distance + penalty);
            return [distance, penalty];
        });
        using var generatorStep = new RecordedStep(device, inputs =>
        {
            critic.RequiresGrad = false;                    // frozen: the critic needs no gradients here
            var loss = -critic.Forward(generator.Forward(Noise(16))).Mean();
            optG.Minimize(loss);
            critic.RequiresGrad = true;
            average.Update();
            return [loss];
        });

        var batches = FunctionSource.OfPictures("pictures", size: 16).Shuffled(seed: 3, batchSize: 16);
        using var report = new LoopReport("runs/wgan", "WGAN-GP", state.Step) { TotalSteps = steps, BatchSize = 16 };
        foreach (var batch in batches.On(device, first: state.Step, count: steps - state.Step))
        {
            var clock = Stopwatch.StartNew();
            var losses = criticStep.Run(batch["picture"]);
            var (distance, penalty) = (losses[0].Item(), losses[1].Item());
            state.Step++;
            if (state.Step % 5 == 0)                        // five critic steps for one of the generator
            {
                var loss = generatorStep.Run()[0].Item();
                report.Log(
                    state.Step, batch.Epoch + 1, optG.LearningRate, clock.Elapsed.TotalSeconds,
                    new("D_W", distance), new("D_gp", penalty), new("G_GAN", loss));
            }

            if (state.Step % 10 == 0)
            {
                report.Sample(state.Step, Mosaic.Grid(Samples(), columns: 4));
                report.WritePage(finished: state.Step == steps);
                state.Save("runs/wgan/latest.safetensors");
            }
        }

        Tensor Noise(int count) => Tensor.Normal(random, new Shape(count, 32), device);

        Tensor Samples()
        {
            using var averaged = average.Swap();
            using var constants = GradMode.NoGrad();
            var shown = generator.Eval().Forward(Tensor.Normal(new RandomKey(7, RandomStream.Noise, 0, 0), new Shape(16, 32), device));
            generator.Train();
            return shown;
        }
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
