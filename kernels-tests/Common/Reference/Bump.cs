namespace IlgpuGan.TestsCommon.Reference;

/// <summary>1 / (1 + x²): a function that the engine has not, as a program writes it.</summary>
public readonly struct Bump : IElementwise
{
    public static float Of(float x) => 1 / (1 + (x * x));

    // −2x·f(x)²
    public static Tensor Derivative(Tensor x) => x * -2 * x.Map<Bump>().Square();
}
