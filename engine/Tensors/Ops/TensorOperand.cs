using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Functions;

namespace IlgpuGan.Tensors.Ops;

/// <summary>A tensor as operand of the formula for a slope of f′ (<see cref="IUnary.Curvature"/>), which ops compute.</summary>
internal sealed class TensorOperand(Tensor value) : Operand
{
    public Tensor Value => value;

    public override Operand Of(UnaryFunction f, float p = 0, float q = 0) => new TensorOperand(Op.Run(new UnaryOp(f, p, q), value));

    public override Operand Filled(float number) => new TensorOperand(Tensor.Full(value.Shape, number, value.Device));

    protected override Operand Times(Operand other) => new TensorOperand(value * ((TensorOperand)other).Value);

    protected override Operand Minus(Operand other) => new TensorOperand(value - ((TensorOperand)other).Value);

    protected override Operand Plus(Operand other) => new TensorOperand(value + ((TensorOperand)other).Value);
}
