using IlgpuGan.Models.Families.DualGan;

namespace IlgpuGan.ModelsTests.Models;

public sealed class DualGanTests : FamilyFixture
{
    private static readonly DualGanOptions s_tiny =
        new() { LoadSize = 16, CropSize = 16, Downs = 3, NLayersD = 2, Ngf = 4, Ndf = 4, Lr = 0.01f };

    private static Family Family => FamilyCatalog.Find("dualgan")!;

    [Test]
    public void CriticsHalveAsPublished()
    {
        var critic = (Sequential)((Family)Family).Networks(new DualGanOptions { Ndf = 1 })[2].Create();
        critic.Initialize(1).To(Device);
        using var step = Device.Step();
        var x = Tensor.Zeros(new Shape(1, 3, 256, 256), Device);
        var sides = new List<int>();
        for (var i = 0; i < critic.Count; i++)
        {
            x = critic[i].Forward(x);
            if (critic[i] is Conv2d)
            {
                sides.Add(x.Shape[2]);
            }
        }

        Assert.That(sides, Is.EqualTo(new[] { 128, 64, 32, 16, 8 }));
        Assert.That(x.Shape, Is.EqualTo(new Shape(1, 1)));
    }

    [Test]
    public void ClippedCriticsKeepTheirWeightsSmall()
    {
        var (model, batch) = ModelAndNoise(s_tiny with { WganMode = WganMode.Wgan, Clip = 0.003f });
        model.Step(batch, 0);
        foreach (var (name, network) in model.Networks)
        {
            var largest = network.Parameters.Max(p => p.Value.ToArray().Max(Math.Abs));
            Assert.That(largest, name.StartsWith("netD", StringComparison.Ordinal) ? Is.EqualTo(0.003f) : Is.GreaterThan(0.003f), name);
        }
    }

    [Test]
    public void GeneratorsStepOnceInSoManyStepsOfTheCritics()
    {
        var (model, batch) = ModelAndNoise(s_tiny with { NCritic = 3 });
        var generator = model.Networks[0].Network.Parameters.First().Value;
        var first = generator.ToArray();
        model.Step(batch, 0);
        Assert.That(model.Step(batch, 1).Select(l => l.Name), Is.EqualTo(new[] { "D_A", "gp_A", "D_B", "gp_B" }));
        Assert.That(generator.ToArray(), Is.EqualTo(first));
        Assert.That(model.Step(batch, 2).Select(l => l.Name), Does.Contain("cycle_B"));
        Assert.That(generator.ToArray(), Is.Not.EqualTo(first));
    }
}
