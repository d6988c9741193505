using Floats = System.Runtime.Intrinsics.Vector512<float>;

namespace IlgpuGan.Tensors.Devices.Functions;

/// <summary>
/// All that is known of a <see cref="UnaryFunction"/>: f, f′ and f″, for the processor's loops, for GPU kernels, and for ops. Loops and
/// kernels take it as a type argument and are compiled once for each function. <see cref="UnaryTable"/> lists the functions.
/// </summary>
internal interface IUnary : ILaneFunction, IUnaryFunction
{
    /// <summary>What the gradient is computed from.</summary>
    static abstract GradientReads Reads { get; }

    /// <summary>Whether f′ is 0 wherever there is one, so that no graph need hold the function.</summary>
    static virtual bool IsFlat => false;

    /// <summary>The derivative of f′ seen as a function of what is saved; null where that is 0 almost everywhere.</summary>
    /// <param name="s">x, or y = f(x) where <see cref="Reads"/> says output</param>
    /// <param name="p">the first setting</param>
    /// <param name="q">the second setting</param>
    static abstract Operand? Curvature(Operand s, float p, float q);
}

/// <summary>A function and its gradient on 16 lanes of the processor.</summary>
internal interface ILaneFunction
{
    /// <summary>f(x).</summary>
    static abstract Floats Apply(Floats x, Floats p, Floats q);

    /// <summary>dy · f′, from x or from y = f(x) as <see cref="IUnary.Reads"/> says.</summary>
    static abstract Floats Gradient(Floats saved, Floats dy, Floats p, Floats q);
}

/// <summary>A function and its gradient as GPU kernels are compiled for it.</summary>
internal interface IUnaryFunction
{
    /// <summary>f(x).</summary>
    static abstract float Apply(float x, float p, float q);

    /// <summary>dy · f′, from x or from y = f(x) as <see cref="IUnary.Reads"/> says.</summary>
    static abstract float Gradient(float saved, float dy, float p, float q);
}

/// <summary>What the gradient of a function of one number is computed from.</summary>
public enum GradientReads
{
    /// <summary>x.</summary>
    Input,

    /// <summary>y = f(x).</summary>
    Output,

    /// <summary>Neither: f′ is a constant.</summary>
    Nothing,
}

/// <summary>
/// An array in a formula for f″. It is written here and computed by ops, which record it, so that third and higher derivatives follow.
/// </summary>
internal abstract class Operand
{
    /// <summary>f of each element.</summary>
    public abstract Operand Of(UnaryFunction f, float p = 0, float q = 0);

    /// <summary>A constant in the same shape.</summary>
    public abstract Operand Filled(float value);

    public static Operand operator *(Operand a, Operand b) => a.Times(b);

    public static Operand operator -(Operand a, Operand b) => a.Minus(b);

    public static Operand operator +(Operand a, Operand b) => a.Plus(b);

    protected abstract Operand Times(Operand other);

    protected abstract Operand Minus(Operand other);

    protected abstract Operand Plus(Operand other);
}
