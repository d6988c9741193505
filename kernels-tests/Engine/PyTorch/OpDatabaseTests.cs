using System.Runtime.InteropServices;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.EngineTests.PyTorch;

/// <summary>
/// The engine's ops beside PyTorch's: some 3,700 cases from PyTorch's own database of ops and from samplers, in value, gradient and second
/// gradient against PyTorch in float64, eager and replayed. Skipped where there is no PyTorch.
/// </summary>
/// <remarks>
/// What PyTorch 1.13 itself gets wrong, as finite differences show, is composed of other ops in <c>draw_cases.py</c> or left out there: the
/// second gradient of <c>prelu</c> whose incoming gradient is not contiguous (after <c>cat</c>); that of <c>_weight_norm</c>, which has no
/// case here and is tested against its definition; the gradient of nearest and bicubic <c>interpolate</c> by a scale that leaves the size
/// of an axis as it is; and <c>max_pool2d</c> with dilation, which writes outside its memory where a window reads nothing but padding.
/// </remarks>
[Exhaustive]
[MaxSeconds(600)]
internal sealed class OpDatabaseTests
{
    /// <summary>Relative errors in norm that float32 must reach: of the value, the gradient and the second gradient.</summary>
    private static readonly double[] s_tolerances = [1e-5, 1e-4, 1e-3];

    /// <summary>Where float32 itself reaches less, so many times PyTorch's own error are accepted.</summary>
    private const double TimesTheirs = 20;

    /// <summary>Names what differs on purpose.</summary>
    private const string Page = "engine/from-pytorch.md";

    private IReadOnlyList<TorchCase> _cases = [];

    private static Device Device => TestDevices.Open("cpu");

    private static IEnumerable<string> Ops => TorchTable.Ops.Keys;

    [OneTimeSetUp]
    public void DrawCases()
    {
        var folder = TestFiles.Folder();
        TestFiles.Torch(
            "import runpy, sys; sys.argv[:] = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')",
            Path.Combine(Sources.Root, "kernels-tests", "Engine", "PyTorch", "draw_cases.py"), folder, "1");
        _cases = TorchCase.Read(folder);
    }

    [Test]
    public void ThereAreCasesOfEachOp()
    {
        Assert.That(_cases, Has.Count.GreaterThan(3000));
        var counts = _cases.CountBy(c => c.Op).ToDictionary();
        TestContext.Out.WriteLine(string.Join(", ", counts.OrderBy(c => c.Key).Select(c => $"{c.Key} {c.Value}")));
        Assert.That(counts.Keys.Except(Ops), Is.Empty, "ops that the table lacks");
    }

    [TestCaseSource(nameof(Ops))]
    public void AgreesWithPyTorch(string op)
    {
        var (compared, differences, left) = (0, new List<string>(), new Dictionary<string, int>());
        var worst = new double[3];
        foreach (var c in _cases.Where(c => c.Op == op))
        {
            try
            {
                var found = Compare(c);
                compared++;
                for (var order = 0; order < found.Length; order++)
                {
                    worst[order] = Math.Max(worst[order], found[order]);
                    if (found[order] > Math.Max(s_tolerances[order], TimesTheirs * c.Errors[order]) && c.Errors[order] >= 0)
                    {
                        differences.Add($"{c}: order {order}, error {found[order]:0.0e0}, PyTorch's float32 {c.Errors[order]:0.0e0}");
                    }
                }
            }
            catch (NotSupportedException option)
            {
                left[option.Message] = left.GetValueOrDefault(option.Message) + 1;
            }
            catch (ShapeException refusal) when (refusal.Message.Contains("[] has no dimension"))
            {
                left["a dimension of a scalar"] = left.GetValueOrDefault("a dimension of a scalar") + 1;
            }
            catch (Exception problem) when (problem is not ResultStateException)
            {
                differences.Add($"{c}: {problem.GetType().Name}: {problem.Message}");
            }
        }

        var errors = string.Join(' ', worst.Select(e => e.ToString("0.0e0", CultureInfo.InvariantCulture)));
        TestContext.Out.WriteLine($"{op}: {compared} cases, worst errors {errors}");
        foreach (var (option, count) in left)
        {
            TestContext.Out.WriteLine($"left out: {count} for '{option}'");
        }

        Assert.That(differences, Is.Empty, $"differences that {Page} does not name");
    }

    /// <summary>The worst error of each order over the inputs; eager and replayed results must have the same bits.</summary>
    private static double[] Compare(TorchCase c)
    {
        List<Tensor> made = [.. c.Inputs.Select(input => Tensor.From(input.Numbers, input.Shape, Device).Keep())];
        if (c.Weights is { } weights)
        {
            made.Add(Tensor.From(weights, c.Shape, Device).Keep());
        }

        Tensor[] inputs = [.. made];
        using var step = new RecordedStep(Device, given => Results(c, given)) { Eager = true };
        try
        {
            var eager = Numbers(step.Run(inputs));
            step.Eager = false;
            for (var run = 0; run < 3; run++)
            {
                var replayed = Numbers(step.Run(inputs));
                Assert.That(
                    replayed.Zip(eager).All(pair =>
                        MemoryMarshal.AsBytes<float>(pair.First).SequenceEqual(MemoryMarshal.AsBytes<float>(pair.Second))),
                    $"{c}: run {run} of a recorded step has other bits");
            }

            return Errors(c, eager);
        }
        finally
        {
            Array.ForEach(inputs, input => input.Dispose());
        }
    }

    /// <summary>y; for each input that has one dL/dx, fused and recorded, and the gradient of its square.</summary>
    private static List<Tensor> Results(TorchCase c, IReadOnlyList<Tensor> given)
    {
        Tensor[] x = [.. given.Take(c.Inputs.Length).Select(t => t.Detach())];
        var leaves = Leaves(c);
        foreach (var i in leaves)
        {
            x[i].RequiresGrad = true;
        }

        var y = TorchTable.Ops[c.Op](new TorchCall(c.Arguments, x));
        ShapeException.ThrowIf(y.Shape != c.Shape, $"{y.Shape} where PyTorch has {c.Shape}");

        List<Tensor> results = [y];
        if (c.Weights is null || !y.RequiresGrad || leaves.Count == 0)
        {
            return results;
        }

        Tensor[] targets = [.. leaves.Select(i => x[i])];
        var seed = given[^1];
        var fused = Differentiation.Gradients(y, targets, seed, retainGraph: true);
        var gradients = Differentiation.Gradients(y, targets, seed, createGraph: true);
        results.AddRange(fused);
        results.AddRange(gradients.Select(g => g * 1));
        if (leaves.Any(i => c.Second(i) is not null))
        {
            var square = gradients.Select(g => g.Square().Sum()).Aggregate((a, b) => a + b);
            results.AddRange(Differentiation.Gradients(square, targets));
        }

        return results;
    }

    private static List<int> Leaves(TorchCase c) =>
        [.. Enumerable.Range(0, c.Inputs.Length).Where(i => !c.Inputs[i].IsConstant && c.Gradient(i) is not null)];

    private static float[][] Numbers(IReadOnlyList<Tensor> tensors) => [.. tensors.Select(t => t.ToArray())];

    private static double[] Errors(TorchCase c, float[][] found)
    {
        var errors = new List<double> { Distance(found[0], c.Value) };
        var leaves = Leaves(c);
        for (var order = 1; found.Length > 1 && order <= (found.Length > 1 + (2 * leaves.Count) ? 2 : 1); order++)
        {
            var worst = 0.0;
            for (var k = 0; k < leaves.Count; k++)
            {
                var expected = order == 1 ? c.Gradient(leaves[k]) : c.Second(leaves[k]);
                var starts = order == 1 ? new[] { 1, 1 + leaves.Count } : [1 + (2 * leaves.Count)];
                foreach (var start in expected is null ? [] : starts)
                {
                    worst = Math.Max(worst, Distance(found[start + k], expected!));
                }
            }

            errors.Add(worst);
        }

        return [.. errors];
    }

    /// <summary>
    /// Relative error in norm; results that are nearly 0 for inputs of about 1 are compared with a thousandth. Infinities and NaN must be
    /// in the same places.
    /// </summary>
    private static double Distance(float[] found, float[] expected)
    {
        if (found.Length != expected.Length)
        {
            return double.PositiveInfinity;
        }

        var (difference, norm) = (0.0, 0.0);
        for (var i = 0; i < found.Length; i++)
        {
            if (!float.IsFinite(expected[i]) || !float.IsFinite(found[i]))
            {
                if (!found[i].Equals(expected[i]))
                {
                    return double.PositiveInfinity;
                }

                continue;
            }

            difference += Math.Pow((double)found[i] - expected[i], 2);
            norm += Math.Pow(expected[i], 2);
        }

        return Math.Sqrt(difference) / Math.Max(Math.Sqrt(norm), 1e-3);
    }
}
