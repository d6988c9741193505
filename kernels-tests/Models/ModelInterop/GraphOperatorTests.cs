using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Nn.Import;
using IlgpuGan.Tensors.Nn.Import.Operators;
using static IlgpuGan.TestsCommon.GraphFile;

namespace IlgpuGan.ModelsTests.ModelInterop;

/// <summary>Each operator of a graph against its definition in the standard, in double precision and plain loops.</summary>
public sealed partial class GraphOperatorTests() : OnCpu(threads: 1)
{
    private const double Tolerance = 2e-5;
    private const double ToleranceOfDevices = 1e-4;

    private static IEnumerable<Case> All =>
    [
        .. s_functions, .. s_pairs, .. s_products, .. s_attentions, .. s_norms, .. s_pools, .. s_reductions, .. s_places, .. s_scatters,
        .. s_grids, .. s_shapes, .. s_resizes, .. s_masks,
    ];

    public static IEnumerable<string> Names => All.Select((c, i) => $"{i} {c.Operation}");

    [TestCaseSource(nameof(Names))]
    public void TheDefinitionIsComputed(string name) =>
        AssertComputed(All.ElementAt(int.Parse(name.Split(' ')[0])), SampleNetworks.Cpu, Tolerance);

    /// <summary>The processor's functions are better than a card's.</summary>
    [TestCase("opencl")]
    [TestCaseSource(typeof(TestDevices.Card))]
    [Exhaustive]
    public void DevicesComputeTheDefinition(string name)
    {
        var device = TestDevices.Open(name);
        Assert.Multiple(() =>
        {
            foreach (var c in All)
            {
                AssertComputed(c, device, ToleranceOfDevices);
            }
        });
    }

    /// <summary>A mask chooses, is turned round, and comes back as numbers.</summary>
    [Test]
    public void MasksChoose()
    {
        var path = new GraphFile().Input("x", 2, 3).Input("y", 2, 3).Constant(NamedArray.From("zero", [], new[] { 0f }))
            .Node("Greater", ["x", "zero"], ["mask"]).Node("Not", ["mask"], ["other"]).Node("Where", ["other", "y", "x"], ["chosen"])
            .Node("IsNaN", ["chosen"], ["broken"]).Node("CastLike", ["broken", "x"], ["number"]).Node("Add", ["chosen", "number"], ["z"])
            .Output("z").Save();
        using var step = _device.Step();
        var z = GraphNetwork.Read(path).To(_device).Forward(
            Tensor.From(new[] { 1f, -2, 3, -4, 5, -6 }.AsSpan(), [2, 3], _device),
            Tensor.From(new[] { 10f, 20, 30, 40, 50, 60 }.AsSpan(), [2, 3], _device));
        Assert.That(z[0].ToArray(), Is.EqualTo(new[] { 1f, 20, 3, 40, 5, 60 }));
    }

    /// <summary>Whole numbers are counted on the host, where they stay exact, and towards 0.</summary>
    [Test]
    public void WholeNumbersStayWhole()
    {
        var path = new GraphFile().Input("x", 0, 0).IntegerConstant("divisor", 2, -2).IntegerConstant("most", 16_777_217, 16_777_217)
            .Node("Shape", ["x"], ["shape"]).Node("Sub", ["shape", "most"], ["less"]).Node("Add", ["less", "most"], ["again"])
            .Node("Div", ["again", "divisor"], ["half"]).Output("half").Save();
        using var step = _device.Step();
        Assert.That(
            GraphNetwork.Read(path).To(_device).Forward(Tensor.Ones([7, 5], _device))[0].ToArray(), Is.EqualTo(new[] { 3f, -2 }));
    }

    /// <summary>An upload in a step that is replayed would be refused.</summary>
    [Test]
    public void ConstantsAreUploadedOnce()
    {
        using var noGrad = GradMode.NoGrad();
        var path = new GraphFile().Input("x", 2, 3).IntegerConstant("places", 2, -3, 1).IntegerConstant("factors", 2, 3, 4)
            .Node("Gather", ["x", "places"], ["chosen"], Of("axis", 1)).Node("Cast", ["factors"], ["floats"], Of("to", 1))
            .Node("Mul", ["chosen", "floats"], ["y"]).Output("y").Save();
        var network = GraphNetwork.Read(path).To(_device);
        using var step = new RecordedStep(_device, inputs => network.Forward(inputs));
        for (var i = 1; i <= 4; i++)
        {
            using var x = Tensor.From(new[] { 1f, 2, 3, 4, 5, 6 * i }.AsSpan(), [2, 3], _device);
            Assert.That(step.Run(x)[0].ToArray(), Is.EqualTo(new[] { 6f, 3, 8, 12 * i, 12, 20 }), $"step {i}");
        }

        Assert.That(step.Counts[StepPath.Replayed], Is.EqualTo(3));
    }

    [TestCase(1)]
    [TestCase(2)]
    public void ZerosOfLengthZeroStayZeros(int power)
    {
        var path = new GraphFile().Input("x", 2, 2).Node("LpNormalization", ["x"], ["y"], Of("p", power)).Output("y").Save();
        using var step = _device.Step();
        var y = GraphNetwork.Read(path).To(_device).Forward(Tensor.From(new[] { 0f, 0, 0, -4 }.AsSpan(), [2, 2], _device));
        Assert.That(y[0].ToArray(), Is.EqualTo(new[] { 0f, 0, 0, -1 }));
    }

    /// <summary>Beside the result: means, reciprocals of deviations, and which elements were kept.</summary>
    [Test]
    public void FurtherOutputsAreMade()
    {
        var path = new GraphFile().Input("x", 2, 2).Constant(NamedArray.From("one", [1], new[] { 1f }))
            .Node("LayerNormalization", ["x", "one"], ["y", "mean", "reciprocal"], Of("epsilon", 0f))
            .Node("Dropout", ["y"], ["z", "kept"]).Output("z").Output("mean").Output("reciprocal").Output("kept").Save();
        using var step = _device.Step();
        var made = GraphNetwork.Read(path).To(_device).Forward(Tensor.From(new[] { 1f, 3, 4, 8 }.AsSpan(), [2, 2], _device));
        Assert.That(made[0].ToArray(), Is.EqualTo(new[] { -1f, 1, -1, 1 }).Within(1e-6f));
        Assert.That(made[1].ToArray(), Is.EqualTo(new[] { 2f, 6 }));
        Assert.That(made[1].Shape, Is.EqualTo(new Shape(2, 1)));
        Assert.That(made[2].ToArray(), Is.EqualTo(new[] { 1f, 0.5f }).Within(1e-6f));
        Assert.That(made[3].ToArray(), Is.All.EqualTo(1));
    }

    /// <summary>Of two queries one sees the second key alone, the other none; earlier keys are kept.</summary>
    [Test]
    public void WhatIsHiddenIsNotAttendedTo()
    {
        using var noGrad = GradMode.NoGrad();
        var path = new GraphFile(23).Input("q", 1, 1, 2, 1).Input("k", 1, 1, 1, 1).Input("earlier", 1, 1, 1, 1)
            .Constant(NamedArray.From("zero", [], new[] { 0f })).Constant(NamedArray.From("mask", [2, 2], new[] { 0f, 1, 0, 0 }))
            .Node("Greater", ["mask", "zero"], ["seen"])
            .Node("Attention", ["q", "k", "k", "seen", "earlier", "earlier"], ["y", "keys", "values"]).Output("y").Output("keys").Save();
        using var step = _device.Step();
        var one = new Shape(1, 1, 1, 1);
        var made = GraphNetwork.Read(path).To(_device).Forward(
            Tensor.Ones([1, 1, 2, 1], _device), Tensor.Full(one, 3, _device), Tensor.Full(one, 5, _device));
        Assert.That(made[0].ToArray(), Is.EqualTo(new[] { 3f, 0 }));
        Assert.That(made[1].ToArray(), Is.EqualTo(new[] { 5f, 3 }));
    }

    [TestCase(1, 1, new[] { 0f, 1, 1, 0 })]
    [TestCase(1, 0, new[] { 0f, 1, 0, 0 })]
    [TestCase(0, 1, new[] { 0f, 0, 1, 0 })]
    public void InfinitiesAreFound(int above, int below, float[] expected)
    {
        var path = new GraphFile().Input("x", 4)
            .Node("IsInf", ["x"], ["y"], Of("detect_positive", above), Of("detect_negative", below)).Output("y").Save();
        using var step = _device.Step();
        var x = Tensor.From(new[] { 1, float.PositiveInfinity, float.NegativeInfinity, float.NaN }.AsSpan(), [4], _device);
        Assert.That(GraphNetwork.Read(path).To(_device).Forward(x)[0].ToArray(), Is.EqualTo(expected));
    }

    [Test]
    public void EachOperatorHasACase() => Assert.That(
        OperatorTable.Names.Except([.. All.Select(c => c.Operation), "Not", "Where", "IsNaN", "IsInf", "CastLike"]), Is.Empty);

    private static void AssertComputed(Case c, Device device, double tolerance)
    {
        var (shape, values, expected) = c.Run(device);
        Assert.That(shape, Is.EqualTo(expected.Shape), c.Operation);
        for (var i = 0; i < values.Length; i++)
        {
            Assert.That(
                values[i], Is.EqualTo(expected.Values[i]).Within(tolerance * Math.Max(1, Math.Abs(expected.Values[i]))),
                $"{c.Operation} at {i}");
        }
    }
}
