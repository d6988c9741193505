using Floats = System.Runtime.Intrinsics.Vector512<float>;

namespace IlgpuGan.Tensors.Devices.Functions;

/// <summary>
/// A <see cref="UnaryFunction"/>: f, f′ and f″, for the processor's loops, for GPU kernels, and for ops. Loops and kernels take it as a
/// type argument and are compiled once for each function. <see cref="UnaryTable"/> lists the functions.
/// </summary>
internal interface IUnary : ILaneFunction, IUnaryFunction
{
    /// <summary>What the gradient is computed from.</summary>
    static virtual GradientReads Reads => GradientReads.Input;

    /// <summary>Whether f′ is 0 wherever it exists, so that the autodiff graph need not contain the function.</summary>
    static virtual bool IsFlat => false;

    /// <summary>The derivative of f′ with respect to the saved array; null if it is 0 almost everywhere.</summary>
    /// <param name="s">x, or y = f(x) where <see cref="Reads"/> says output</param>
    /// <param name="p">the first parameter of f</param>
    /// <param name="q">the second parameter of f</param>
    static virtual Operand? Curvature(Operand s, float p, float q) => null;
}

/// <summary>A function and its gradient on 16 lanes of the processor.</summary>
internal interface ILaneFunction
{
    /// <summary>f(x).</summary>
    static abstract Floats Apply(Floats x, Floats p, Floats q);

    /// <summary>dy · f′, from x or from y = f(x) as <see cref="IUnary.Reads"/> says.</summary>
    static abstract Floats Gradient(Floats saved, Floats dy, Floats p, Floats q);
}

/// <summary>A function and its gradient on one number, for GPU kernels.</summary>
internal interface IUnaryFunction
{
    /// <summary>f(x).</summary>
    static abstract float Apply(float x, float p, float q);

    /// <summary>dy · f′, from x or from y = f(x) as <see cref="IUnary.Reads"/> says.</summary>
    static abstract float Gradient(float saved, float dy, float p, float q);
}

/// <summary>What the gradient of a function of one number is computed from.</summary>
internal enum GradientReads
{
    /// <summary>x.</summary>
    Input,

    /// <summary>y = f(x).</summary>
    Output,

    /// <summary>Neither: f′ is a constant.</summary>
    Nothing,
}

/// <summary>
/// An array in a formula for f″. The formula is evaluated by ops, which extend the autodiff graph, so that third and higher derivatives
/// follow.
/// </summary>
internal abstract class Operand
{
    /// <summary>f of each element.</summary>
    public abstract Operand Of(UnaryFunction f, float p = 0, float q = 0);

    /// <summary>A constant of the same shape.</summary>
    public abstract Operand Filled(float value);

    public static Operand operator *(Operand a, Operand b) => a.Times(b);

    public static Operand operator -(Operand a, Operand b) => a.Minus(b);

    public static Operand operator +(Operand a, Operand b) => a.Plus(b);

    protected abstract Operand Times(Operand other);

    protected abstract Operand Minus(Operand other);

    protected abstract Operand Plus(Operand other);
}
