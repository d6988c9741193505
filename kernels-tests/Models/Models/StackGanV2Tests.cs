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
}
