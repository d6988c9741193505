using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ops;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ops;

/// <summary>Every case against its definition: value, gradient, gradient of the gradient.</summary>
[TestFixtureSource(typeof(TestDevices.CpuFirst))]
internal sealed class OpTests(string device)
{
    /// <summary>What float32 must reach in the first and second derivative, relative and in norm.</summary>
    public const double GradientTolerance = 1e-4;

    /// <summary>Ops whose results are constants, which no graph holds.</summary>
    private static readonly Type[] s_constants = [typeof(TopKOp)];

    private GradientCheck Check { get; } = new(TestDevices.Open(device));

    [TestCaseSource(typeof(OpCases), nameof(OpCases.All))]
    public void ForwardAgreesWithTheDefinition(OpCase c) => Assert.That(Check.ForwardError(c), Is.LessThan(c.ForwardTolerance));

    [TestCaseSource(typeof(OpCases), nameof(OpCases.All))]
    public void GradientAgreesWithTheDefinition(OpCase c) => Assert.That(Check.FirstOrderError(c), Is.LessThan(GradientTolerance));

    [TestCaseSource(typeof(OpCases), nameof(OpCases.WithGradient))]
    public void GradientOfGradientAgreesWithTheDefinition(OpCase c) => Assert.That(Check.SecondOrderError(c), Is.LessThan(GradientTolerance));

    /// <summary>An op without a case is an op without a test: the graphs of all cases together hold every op there is.</summary>
    [Test]
    public void EveryOpHasACase()
    {
        var differentiated = new HashSet<Type>();
        var check = new GradientCheck(TestDevices.Open(device), tensor => differentiated.UnionWith(Graph.Nodes(tensor).Select(n => n.Op.GetType())));
        foreach (var c in OpCases.WithGradient)
        {
            check.FirstOrderError(c);
            check.SecondOrderError(c);
        }

        var ops = typeof(Op).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Op)));
        Assert.That(ops.Except(differentiated).Except(s_constants), Is.Empty, "ops whose gradient no case reaches");
    }

    /// <summary>The ops of one function share a class, so each function needs a case that runs it alone.</summary>
    [Test]
    public void EveryFunctionHasACaseOfItsOwn()
    {
        var unary = new HashSet<string>();
        var binary = new HashSet<string>();
        foreach (var c in OpCases.All)
        {
            var opened = TestDevices.Open(device);
            using var step = opened.Step();
            using var profile = OpProfile.Start();
            _ = c.Engine([.. c.DrawInputs().Select((x, i) => Tensor.From(x, c.Inputs[i], opened))]);
            if (profile.Timings.Count == 1)
            {
                var inputs = profile.Timings[0].Shapes.Split(" -> ")[0].Count(letter => letter == '[');
                _ = inputs == 1 ? unary.Add(profile.Timings[0].Name) : binary.Add(profile.Timings[0].Name);
            }
        }

        Assert.That(Names<UnaryFunction>().Except(unary), Is.Empty, "unary functions without a case");
        Assert.That(Names<BinaryFunction>().Except(binary), Is.Empty, "binary functions without a case");
        Assert.That(Names<Reduction>().Except(unary), Is.Empty, "reductions without a case");

        static IEnumerable<string> Names<T>()
            where T : struct, Enum => Enum.GetNames<T>().Select(n => n.ToLowerInvariant());
    }
}
