namespace IlgpuGan.KernelsTests.Cpu;

internal sealed class LogSoftmaxTests
{
    [TestCase(1, 1)]
    [TestCase(5, 16)]
    [TestCase(3, 37)]
    [TestCase(2000, 35)]
    [TestCase(2, 70001)]
    public void Agrees_with_the_double_reference(int rows, int columns)
    {
        foreach (var offset in (double[])[0, 1e4, -1e4])
        {
            var x = Numbers.Some((long)rows * columns, low: offset - 20, high: offset + 20);
            var y = KernelRun.Of(run =>
            {
                var output = run.Output(x.Length);
                run.Kernels.Run(new LogSoftmaxCall(run.Input(x), output, rows, columns));
                return output;
            });
            var expected = new double[x.Length];
            for (var row = 0; row < rows; row++)
            {
                var line = Numbers.Double(x[(row * columns)..((row + 1) * columns)]);
                var largest = line.Max();
                var logarithm = largest + Math.Log(line.Sum(v => Math.Exp(v - largest)));
                for (var column = 0; column < columns; column++)
                {
                    expected[(row * columns) + column] = line[column] - logarithm;
                }
            }

            Numbers.AssertClose(y, expected, 3e-7);
        }
    }
}
