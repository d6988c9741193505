using IlgpuGan.Tensors.Devices.Functions;

namespace IlgpuGan.Tensors.Devices;

/// <summary>Functions of one number. p and q are the function's parameters. <see cref="UnaryTable"/> has a row for each.</summary>
public enum UnaryFunction
{
    /// <summary>p·x + q.</summary>
    Affine,
    Relu,

    /// <summary>x if x &gt; 0, else p·x.</summary>
    LeakyRelu,
    Tanh,
    Sigmoid,

    /// <summary>log(1 + eˣ), stable for both signs.</summary>
    Softplus,
    Exp,
    Log,
    Sqrt,
    Abs,
    Square,
    Reciprocal,

    /// <summary>xᵖ.</summary>
    Power,

    /// <summary>min(max(x, p), q); its gradient is 1 on [p, q].</summary>
    Clamp,

    /// <summary>−1, 0 or 1; its gradient is 0.</summary>
    Sign,

    /// <summary>1 where x &gt; p, else 0; its gradient is 0.</summary>
    GreaterThan,

    /// <summary>x in radians.</summary>
    Sin,

    /// <summary>x in radians.</summary>
    Cos,

    /// <summary>x·Φ(x), Φ the normal distribution.</summary>
    Gelu,

    /// <summary>½x·(1 + tanh(√(2/π)·(x + 0.044715x³))).</summary>
    GeluTanh,

    /// <summary>x if x &gt; 0, else p·(eˣ − 1); p is above 0.</summary>
    Elu,

    /// <summary>min(max(x, p), q); its gradient is 1 between p and q, and 0 at both.</summary>
    Hardtanh,

    /// <summary>x / p.</summary>
    DivideBy,

    /// <summary>The largest integer up to x; its gradient is 0.</summary>
    Floor,

    /// <summary>The smallest integer from x on; its gradient is 0.</summary>
    Ceiling,

    /// <summary>The nearest integer, the even one of two; its gradient is 0.</summary>
    Round,
}

/// <summary>Functions of two numbers.</summary>
public enum BinaryFunction
{
    Add,
    Subtract,
    Multiply,
    Divide,
    Maximum,
    Minimum,

    /// <summary>|a − b|.</summary>
    AbsoluteDifference,

    /// <summary>(a − b)².</summary>
    SquaredDifference,

    /// <summary>aᵇ.</summary>
    Power,

    /// <summary>a where b is not 0, else 0, even where a is NaN or infinite.</summary>
    Mask,

    /// <summary>1 where a &gt; b, else 0.</summary>
    GreaterThan,

    /// <summary>1 where a ≥ b, else 0.</summary>
    GreaterThanOrEqual,

    /// <summary>1 where a = b, else 0.</summary>
    EqualTo,

    /// <summary>1 where a = b or both are NaN, else 0.</summary>
    SameAs,
}

public enum Reduction
{
    Sum,
    Mean,

    /// <summary>NaN if any element is.</summary>
    Maximum,

    /// <summary>NaN if any element is.</summary>
    Minimum,
}

public enum PadMode
{
    /// <summary>A constant, 0 by default.</summary>
    Constant,

    /// <summary>Mirrored without repeating the border: c b | a b c | b a.</summary>
    Reflect,

    /// <summary>The border repeated: a a | a b c | c c.</summary>
    Replicate,

    /// <summary>The opposite border: b c | a b c | a b.</summary>
    Circular,
}

public enum UpsampleMode
{
    Nearest,
    Bilinear,
}
