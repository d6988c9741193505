namespace IlgpuGan.KernelsTests.Cpu;

internal sealed class MemoryTests
{
    private static readonly int[] s_lengths = [0, 1, 15, 17, 1000, 70001];

    [TestCaseSource(nameof(s_lengths))]
    public void Fill(int length)
    {
        var y = KernelRun.Of(run =>
        {
            var output = run.Output(length);
            run.Kernels.Run(new FillCall(output, 2.5f));
            return output;
        });
        Assert.That(y, Is.All.EqualTo(2.5f));
    }

    [TestCaseSource(nameof(s_lengths))]
    public void Copy(int length)
    {
        var x = Numbers.Some(length);
        var y = KernelRun.Of(run =>
        {
            var output = run.Output(length);
            run.Kernels.Run(new CopyCall(run.Input(x), output));
            return output;
        });
        Assert.That(y, Is.EqualTo(x));
    }

    [TestCaseSource(nameof(s_lengths))]
    public void AddScaled(int length)
    {
        var x = Numbers.Some(length, seed: 1);
        var before = Numbers.Some(length, seed: 2);
        var y = KernelRun.Of(run =>
        {
            var output = run.InOut(before);
            run.Kernels.Run(new AddScaledCall(-0.75f, run.Input(x), output));
            return output;
        });
        Numbers.AssertClose(y, [.. x.Select((v, i) => before[i] - (0.75 * v))], 2e-7);
    }
}
