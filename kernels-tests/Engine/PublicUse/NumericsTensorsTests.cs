using System.Buffers;
using System.Numerics.Tensors;
using Numbers = System.Numerics.Tensors.Tensor;
using Tensor = IlgpuGan.Tensors.Tensor;

namespace IlgpuGan.EngineTests.PublicUse;

/// <summary>Tensors of System.Numerics.Tensors go in and come out: whole ones and parts in any strides.</summary>
[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.CpuFirst))]
internal sealed class NumericsTensorsTests(string name) : InStep(name)
{
    private static Tensor<float> Counted(params ReadOnlySpan<nint> lengths)
    {
        var values = new float[(int)TensorPrimitives.Product(lengths)];
        return Numbers.Create([.. values.Select((_, i) => (float)i)], lengths);
    }

    [Test]
    public void AWholeTensorComesBack()
    {
        var given = Counted(2, 3, 4, 5);
        var tensor = Tensor.From(given, Device);
        Assert.That(tensor.Shape, Is.EqualTo(new Shape(2, 3, 4, 5)));
        var back = tensor.Relu().ToNumericsTensor();
        Assert.That(back.Lengths.ToArray(), Is.EqualTo(new nint[] { 2, 3, 4, 5 }));
        Assert.That(Numbers.EqualsAll<float>(back, given));
    }

    [Test]
    public void PartsAreReadAndWrittenInTheirStrides()
    {
        var given = Counted(4, 6);
        var part = given.AsTensorSpan().Slice(new NRange(1, 3), new NRange(2, 5));
        var tensor = Tensor.From(part, Device);
        Assert.That(tensor.ToArray(), Is.EqualTo(new float[] { 8, 9, 10, 14, 15, 16 }));

        (tensor * -1).CopyTo(part);
        Assert.That(given[1, 2], Is.EqualTo(-8));
        Assert.That(given[2, 4], Is.EqualTo(-16));
        Assert.That(given[1, 5], Is.EqualTo(11), "what lies outside the part is untouched");

        tensor.CopyFrom(part);
        Assert.That(tensor.ToArray(), Is.EqualTo(new float[] { -8, -9, -10, -14, -15, -16 }));
    }

    [Test]
    public void AScalarIsOneOfOneElement()
    {
        var scalar = Tensor.Full(Shape.Scalar, 3, Device);
        var there = scalar.ToNumericsTensor();
        Assert.That(there.Lengths.ToArray(), Is.EqualTo(new nint[] { 1 }));
        Assert.That(there[0], Is.EqualTo(3));
        Assert.That(Tensor.From(there, Device).Shape, Is.EqualTo(new Shape(1)));

        (scalar * 2).CopyTo(there.AsTensorSpan());
        Assert.That(there[0], Is.EqualTo(6));
        scalar.CopyFrom(there.AsReadOnlyTensorSpan());
        Assert.That(scalar.Item(), Is.EqualTo(6));
        Fails.With<ShapeException>(() => scalar.CopyTo(Counted(2).AsTensorSpan()), "[] and one [2]");
    }

    [Test]
    public void OtherShapesAreRefused()
    {
        var tensor = Tensor.Zeros(new Shape(2, 3), Device);
        Fails.With<ShapeException>(() => tensor.CopyTo(Counted(3, 2).AsTensorSpan()), "[2,3]");
        Assert.That(() => tensor.CopyFrom(Counted(6).AsReadOnlyTensorSpan()), Throws.TypeOf<ShapeException>());
        Assert.That(() => Tensor.From(Counted(1, 1, 1, 1, 1, 1, 1), Device), Throws.TypeOf<ShapeException>());
    }
}
