using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Samples;

namespace IlgpuGan.EngineTests.Ops;

/// <summary>What <see cref="OpCases"/> must hold: every op, and every function.</summary>
internal sealed class OpCoverageTests
{
    /// <summary>Ops whose results are constants, which no graph holds, and one between samples, whose tests are in Ranks/.</summary>
    private static readonly Type[] s_constants = [typeof(TopKOp), typeof(SampleMeanOp)];

    /// <summary>An op without a case is an op without a test: the graphs of all cases together hold every op there is.</summary>
    [Test]
    public void EveryOpHasACase()
    {
        var differentiated = new HashSet<Type>();
        var check =
            new GradientCheck(TestDevices.Open("cpu"), tensor => differentiated.UnionWith(Graph.Nodes(tensor).Select(n => n.Op.GetType())));
        foreach (var c in OpCases.WithGradient)
        {
            check.FirstOrder(c);
            check.SecondOrder(c);
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
            var opened = TestDevices.Open("cpu");
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
