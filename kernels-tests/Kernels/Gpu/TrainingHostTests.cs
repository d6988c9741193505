using System.Runtime.InteropServices;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.TestsCommon.PtxMachine.Driver;

namespace IlgpuGan.KernelsTests.Gpu;

/// <summary>What a training's thread does beside a card, which would wait for it: measured on a driver that does nothing.</summary>
[Exhaustive]
internal sealed partial class TrainingHostTests
{
    private const int Side = 256;

    [TearDown]
    public void KernelsRunAgain() => (PtxDriver.SkipsWork, PtxDriver.RunsKernels, PtxCard.MemoryBytes) = (false, true, 1L << 30);

    /// <summary>
    /// Pictures as large as the papers', a small network: as a graph a step costs the host the same whatever is in it. Processor time of
    /// the thread that trains, so without what others decode beside it.
    /// </summary>
    [TestCase("pix2pix")]
    [TestCase("cyclegan")]
    public void AStepOfATrainingCostsItsThreadAThirdOfAMillisecondAtMost(string family)
    {
        const int Twenty = 20, Steps = 15 * Twenty;
        const double MostMicroseconds = 300;
        (PtxDriver.RunsKernels, PtxCard.MemoryBytes) = (false, 16L << 30);
        using var runs = new TinyRun();
        using var device = PtxDriver.Open();
        TestDevices.ForcePlainProducts(device);
        TranslationOptions tiny = family == "pix2pix" ? TinyRun.Pix2Pix : TinyRun.CycleGan;
        var options = tiny with { LoadSize = Side + 30, CropSize = Side, Device = "cuda", Steps = Steps, LogFreq = 100, SaveEpochFreq = 0 };
        var data = new RunData(
            new SyntheticFacades(8, Side, settings: options.DataSettings()),
            new SyntheticFacades(1, Side, settings: options.DataSettings().ForEvaluation(), first: 1000));
        var clock = new Clock(Twenty, Steps);
        using (var run = TrainingRun.Create(runs.PathOf("run"), options, data, device))
        {
            Assert.That(run.Train(clock), Is.EqualTo(TrainingOutcome.Finished));
        }

        // The first twenty load and capture, and the driver works; from then on it does nothing.
        var each = clock.Seconds.Zip(clock.Seconds.Skip(1), (before, after) => (after - before) / Twenty * 1e6).Skip(1).Order().ToList();
        var median = each[each.Count / 2];
        TestContext.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{family}: a step costs the thread {each[0]:0} / {median:0} us (minimum / median of twenties)"));
        Assert.That(each[0], Is.LessThanOrEqualTo(MostMicroseconds), "the least of them: others share the processor's caches");
    }

    /// <summary>The thread's processor time after every so many steps.</summary>
    private sealed partial class Clock(int every, int last) : ITrainingObserver
    {
        private const int ThreadTime = 3;

        public List<double> Seconds { get; } = [];

        public void Stepped(TrainingProgress progress)
        {
            if (progress.Step % every == 0)
            {
                PtxDriver.SkipsWork = progress.Step < last; // The checkpoint at the end is read from the card.
                Assert.That(ClockGetTime(ThreadTime, out var time), Is.Zero);
                Seconds.Add(time.Seconds + (time.Nanoseconds / 1e9));
            }
        }

        [LibraryImport("libc", EntryPoint = "clock_gettime")]
        private static partial int ClockGetTime(int clock, out Time time);

        private struct Time
        {
            public long Seconds, Nanoseconds;
        }
    }
}
