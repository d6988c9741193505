using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Formats.Onnx.Proto;
using IlgpuGan.Tensors.Nn.Import;

namespace IlgpuGan.ModelsTests.ModelInterop;

/// <summary>
/// The standard's own vectors of single nodes, which come with Python's <c>onnx</c>: a graph, what goes in, and what must come out. Those
/// of operators and types that are refused here are left out, and counted.
/// </summary>
public sealed class NodeVectorTests
{
    private const float Tolerance = 1e-3f;

    /// <summary>bfloat16 has eight digits, which a graph that runs in 32 bits does not round to.</summary>
    private const float BriefTolerance = 1f / 256;

    private const int LeastVectors = 150;

    /// <summary>
    /// Scaled by factors that leave no whole number of pixels: these two take corners of the size before it is rounded; ONNX Runtime
    /// those of the size that comes out, as we do.
    /// </summary>
    private static readonly string[] s_otherCorners =
        ["test_resize_downsample_scales_cubic_align_corners", "test_resize_downsample_scales_linear_align_corners"];

    [Test]
    public void WhatIsNotRefusedIsRight()
    {
        var (right, refused, wrong) = (0, new List<string>(), new List<string>());
        foreach (var folder in Directory.GetDirectories(VectorFolder()).Where(f => !s_otherCorners.Contains(Path.GetFileName(f)))
            .Order(StringComparer.Ordinal))
        {
            try
            {
                if (Compare(folder) is not { } problem)
                {
                    right++;
                }
                else
                {
                    wrong.Add($"{Path.GetFileName(folder)}: {problem}");
                }
            }
            catch (Exception e) when (e is GraphException or CheckpointFormatException or ShapeException)
            {
                refused.Add(e.Message);
            }
        }

        TestContext.Out.WriteLine($"{right} right, {refused.Count} refused, {wrong.Count} wrong");
        refused.ForEach(TestContext.Out.WriteLine);
        Assert.That(wrong, Is.Empty);
        Assert.That(right, Is.GreaterThan(LeastVectors));
    }

    private static string VectorFolder()
    {
        var place = Path.Combine(TestFiles.Folder(), "place.txt");
        TestFiles.Python(
            "onnx",
            """
            import os, sys, onnx
            folder = os.path.join(os.path.dirname(onnx.__file__), "backend", "test", "data", "node")
            open(sys.argv[1], "w").write(folder if os.path.isdir(folder) else "")
            """,
            place);
        var folder = File.ReadAllText(place);
        if (folder.Length == 0)
        {
            Assert.Ignore("this Python's onnx comes without its vectors of nodes");
        }

        return folder;
    }

    /// <summary>What is wrong with what a graph makes; null where nothing is.</summary>
    private static string? Compare(string folder)
    {
        using var noGrad = GradMode.NoGrad();
        using var step = SampleNetworks.Cpu.Step();
        var network = GraphNetwork.Read(Path.Combine(folder, "model.onnx")).To(SampleNetworks.Cpu);
        var given = Arrays(folder, "input", network.Inputs.Count);
        var expected = Arrays(folder, "output", network.Outputs.Count);
        var made = network.Forward([.. given.Select(array =>
            Tensor.From(array.ToSingle().AsSpan(), new Shape(Array.ConvertAll(array.Shape, e => (int)e)), SampleNetworks.Cpu))]);
        for (var i = 0; i < expected.Count; i++)
        {
            var shape = made[i].Shape.ToArray();
            if (!shape.SequenceEqual(expected[i].Shape.Select(e => (int)e)))
            {
                return $"it makes {made[i].Shape} instead of {expected[i]}";
            }

            var (found, wanted) = (made[i].ToArray(), expected[i].ToSingle());
            var tolerance = expected[i].Type == ElementType.BF16 ? BriefTolerance : Tolerance;
            var off = Enumerable.Range(0, found.Length).FirstOrDefault(place => !IsNear(found[place], wanted[place], tolerance), -1);
            if (off >= 0)
            {
                return $"at {off} it is {found[off]} instead of {wanted[off]}";
            }
        }

        return null;
    }

    private static bool IsNear(float found, float wanted, float tolerance) =>
        found.Equals(wanted) || MathF.Abs(found - wanted) <= tolerance * MathF.Max(1, MathF.Abs(wanted));

    private static List<NamedArray> Arrays(string folder, string kind, int count) =>
    [
        .. Enumerable.Range(0, count).Select(i =>
        {
            var path = Path.Combine(folder, "test_data_set_0", $"{kind}_{i}.pb");
            var tensor = TensorProto.Parser.ParseFrom(File.ReadAllBytes(path));
            return OnnxTensors.Read(path, OnnxTensors.Describe(path, tensor), tensor);
        }),
    ];
}
