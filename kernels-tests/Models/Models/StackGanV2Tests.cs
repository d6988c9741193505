using IlgpuGan.Models.Families.StackGanV2;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>StackGAN++'s networks as published, its two kinds of scores, and the colours that its pictures share.</summary>
public sealed class StackGanV2Tests : FamilyFixture
{
    private static readonly Family s_family = FamilyCatalog.Find("stackgan-v2")!;

    private static readonly StackGanV2Options s_tiny = StackGanV2Options.Small() with
    {
        Labels = "a,b,c", LabelKind = LabelKind.Classes, Nz = 6, Embedding = 5, Condition = 3, Ngf = 4, Ndf = 4, Blocks = 1, BatchSize = 4,
        EmaDecay = 0, Device = "cpu",
    };

    /// <summary>As the authors' program initialises all its networks: orthogonal weights of gain 1, scales of norms near 1.</summary>
    [TestCase("reference")]
    [TestCase("small")]
    public void TheFirstWeightsAreTheAuthors(string preset)
    {
        var options = (StackGanV2Options)s_family.Defaults(preset);
        Assert.That((options.InitType, options.InitGain), Is.EqualTo((Initialization.Orthogonal, 1f)));
        using var model = GanModel.Create(s_tiny with { InitType = options.InitType, InitGain = options.InitGain }, Device);
        foreach (var (name, network) in model.Networks)
        {
            foreach (var tensor in network.NamedTensors().Select(t => t.Tensor).Where(t => t.Role == TensorRole.Parameter))
            {
                var values = tensor.Value.ToArray();
                if (tensor.Shape.Rank > 1)
                {
                    // Of orthonormal rows or columns, whichever are fewer, each has the length 1.
                    var fewer = Math.Min(tensor.Shape[0], values.Length / tensor.Shape[0]);
                    Assert.That(values.Sum(v => (double)v * v), Is.EqualTo(fewer).Within(1e-3), name);
                }
                else
                {
                    Assert.That(values, Is.All.EqualTo(1).Within(0.15).Or.All.Zero, name);
                }
            }
        }
    }

    /// <summary>Against the definition in double precision, of pictures of two sizes.</summary>
    [Test]
    public void ColorsOfBothSizesAreHeldTogether()
    {
        using var step = Device.Step();
        var (fine, coarse) = (Drawn(2, 8, 6), Drawn(3, 4, 2));
        fine.RequiresGrad = true;
        coarse.RequiresGrad = true;
        var loss = ColorConsistency.Of(fine, coarse);
        var ((means, covariances), (goals, goalsOfCovariances)) = (Statistics(fine), Statistics(coarse));
        Assert.That(loss.Item(), Is.EqualTo(Error(means, goals) + (5 * Error(covariances, goalsOfCovariances))).Within(1e-6));
        loss.Backward();
        Assert.That(fine.Gradient!.ToArray(), Has.Some.Not.Zero);
        Assert.That(coarse.Gradient, Is.Null, "the smaller picture is what the larger one follows");

        Tensor Drawn(uint draw, int height, int width) =>
            Tensor.Normal(new RandomKey(1, draw, 0, 0), new Shape(2, 3, height, width), Device);
        static double Error(double[] a, double[] b) => a.Zip(b, (x, y) => (x - y) * (x - y)).Average();
    }

    /// <summary>[N·C] and [N·C·C].</summary>
    private static (double[] Means, double[] Covariances) Statistics(Tensor x)
    {
        var planes = x.ToArray().Chunk(x.Shape[2] * x.Shape[3]).Select(p => Array.ConvertAll(p, v => (double)v)).ToList();
        var centred = planes.Select(p => p.Select(v => v - p.Average()).ToArray()).ToList();
        return (
            [.. planes.Select(p => p.Average())],
            [.. centred.Chunk(x.Shape[1]).SelectMany(of => of.SelectMany(a => of.Select(b => a.Zip(b, (u, v) => u * v).Average())))]);
    }

    /// <summary>A step changes all weights that a loss reaches; an epoch's last batch may be a single picture.</summary>
    [TestCase(4, 1, 50)]
    [TestCase(1, 1, 0)]
    [TestCase(4, 0, 0)]
    public void AllBranchesLearnTogether(int count, float uncond, float color)
    {
        var (model, batch) = ModelAndNoise(s_tiny with { UncondLoss = uncond, ColorLoss = color }, s_tiny with { BatchSize = count });
        var before = model.Networks.SelectMany(n => n.Network.NamedTensors(n.Name + ".")).ToDictionary(t => t.Name, t => t.Value.ToArray());
        var losses = model.Step(batch, 0);
        string[] names = ["D_real", "D_wrong", "D_fake", "G_GAN", "G_KL"];
        Assert.That(losses.Select(l => l.Name), Is.EqualTo(color > 0 ? [.. names, "G_color"] : names));
        Assert.That(losses.Select(l => l.Value), Has.All.Matches<float>(float.IsFinite));
        var same = model.Networks.SelectMany(n => n.Network.NamedTensors(n.Name + "."))
            .Where(t => t.Tensor.Role == TensorRole.Parameter && t.Value.ToArray().SequenceEqual(before[t.Name])).Select(t => t.Name);
        Assert.That(same, uncond > 0 ? Is.Empty : Is.Not.Empty.And.All.Contains("uncond_logits"));
    }

    /// <summary>Both kinds of scores reach the picture; that of a condition reaches the condition, too, and no other does.</summary>
    [Test]
    public void BothScoresHaveGradients()
    {
        using var step = Device.Step();
        var judge = new BranchDiscriminator(s_tiny, 16).Initialize(1).To(Device);
        var x = Tensor.Normal(new RandomKey(1, 1, 0, 0), new Shape(2, 3, 16, 16), Device);
        var mean = Tensor.Normal(new RandomKey(1, 2, 0, 0), new Shape(2, 3), Device);
        (x.RequiresGrad, mean.RequiresGrad) = (true, true);
        judge.Forward(x, mean).Unconditional.Mean().Backward();
        Assert.That(x.Gradient!.ToArray(), Has.Some.Not.Zero);
        Assert.That(mean.Gradient, Is.Null);
        x.ClearGradient();
        judge.Forward(x, mean).Conditional!.Mean().Backward();
        Assert.That(x.Gradient!.ToArray(), Has.Some.Not.Zero);
        Assert.That(mean.Gradient!.ToArray(), Has.Some.Not.Zero);
    }

    [TestCase(1)]
    [TestCase(3)]
    public void EachBranchMakesPicturesOfTwiceTheSide(int branches)
    {
        using var step = Device.Step();
        var options = s_tiny with { BranchNum = branches, Conditional = false, Labels = "" };
        var tree = new TreeGenerator(options).Initialize(1).To(Device);
        var made = tree.Forward(Tensor.Normal(new RandomKey(1, 1, 0, 0), new Shape(2, options.Nz), Device), null, null);
        Assert.That(made.Sampled, Is.Null);
        var sides = new[] { 8, 16, 32 }.TakeLast(branches);
        Assert.That(made.Pictures.Select(p => p.Shape), Is.EqualTo(sides.Select(side => new Shape(2, 3, side, side))));
    }
}
