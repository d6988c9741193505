using IlgpuGan.Models.Families.Pix2Pix;
using IlgpuGan.Models.Losses;
using IlgpuGan.Models.Networks;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>A generator that imitates a trained one, which is wider.</summary>
public sealed class TeacherTests : OnCpu
{
    private static readonly Pix2PixOptions s_options = new()
    {
        LoadSize = 16, CropSize = 16, Generator = GeneratorKind.UNet(4), Ngf = 2, Ndf = 2, Norm = NormKind.Instance, Dropout = false,
        Teacher = "a file", LambdaAttention = 3, LambdaGan = 0,
    };

    /// <summary>The maps of two features, one of another number of channels, written out in double.</summary>
    [Test]
    public void AttentionComparesWhereNetworksAreActive()
    {
        Shape[] own = [new(2, 3, 4, 5), new(2, 1, 2, 2)], others = [new(2, 7, 4, 5), new(2, 2, 2, 2)];
        var (student, teacher) = (Drawn(own, 1), Drawn(others, 2));
        var expected = 0.0;
        for (var feature = 0; feature < own.Length; feature++)
        {
            for (var image = 0; image < 2; image++)
            {
                var distances = Map(student[feature], image).Zip(Map(teacher[feature], image), (a, b) => (a - b) * (a - b));
                expected += distances.Sum() / 2 / own.Length;
            }
        }

        Assert.That(AttentionTransfer.Of(student, teacher).ToArray()[0], Is.EqualTo(expected).Within(1e-6 * expected));
        Assert.That(AttentionTransfer.Of(student, student).ToArray()[0], Is.Zero);
        Assert.That(() => AttentionTransfer.Of(student, [teacher[0]]), Throws.TypeOf<ShapeException>());
    }

    [Test]
    public void TheTargetIsTheTeachersOutput()
    {
        using var model = (Pix2PixModel)GanModel.Create(s_options, _device);
        var teacher = (s_options with { Ngf = 5 }).CreateGenerator(3, 3).Initialize(9).To(_device);
        teacher.RequiresGrad = false;
        model.LearnFrom(teacher);
        var before = teacher.NamedTensors().Select(t => t.Tensor.Value.ToArray()).ToList();
        using var batch = model.Family.Noise(s_options, _device);
        var expected = 100 * model.Generator.Forward(batch.A).L1Loss(teacher.Forward(batch.A)).ToArray()[0];

        var losses = model.Step(batch, 0).ToDictionary(loss => loss.Name, loss => loss.Value);

        Assert.That(losses.Keys, Is.EquivalentTo((string[])["G_L1", "G_attention"]));
        Assert.That(losses["G_L1"], Is.EqualTo(expected).Within(1e-5 * expected));
        Assert.That(losses["G_attention"], Is.InRange(1e-4, 6));
        Assert.That(teacher.NamedTensors().Select(t => t.Tensor.Value.ToArray()), Is.EqualTo(before), "it is not trained");
        for (var step = 1; step < 30; step++)
        {
            losses = model.Step(batch, step).ToDictionary(loss => loss.Name, loss => loss.Value);
        }

        Assert.That(losses["G_L1"], Is.LessThan(0.9 * expected));
    }

    /// <summary>Else it would learn from the data, and nobody would notice.</summary>
    [Test]
    public void AMissingTeacherIsNoticed()
    {
        using var model = GanModel.Create(s_options, _device);
        using var batch = model.Family.Noise(s_options, _device);
        Assert.That(() => model.Step(batch, 0), Throws.InvalidOperationException.With.Message.Contains("a file"));
    }

    private Tensor[] Drawn(Shape[] shapes, uint stream) =>
        [.. shapes.Select((shape, i) => Tensor.Uniform(new RandomKey(1, stream, (uint)i, 0), shape, _device).Affine(2, -1))];

    private static double[] Map(Tensor features, int image)
    {
        var (all, channels, pixels) = (features.ToArray(), features.Shape[1], features.Shape[2] * features.Shape[3]);
        double Energy(int pixel) => Enumerable.Range(0, channels)
            .Average(c => Math.Pow(all[((((image * channels) + c) * pixels) + pixel)], 2));
        var energies = Enumerable.Range(0, pixels).Select(Energy).ToArray();
        var length = Math.Sqrt(energies.Sum(e => e * e));
        return [.. energies.Select(e => e / length)];
    }
}
