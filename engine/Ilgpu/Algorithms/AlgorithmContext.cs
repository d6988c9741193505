namespace ILGPU;

public static class AlgorithmContext
{
    /// <summary>Allows the algorithms and <c>XMath</c> in kernels; here they are allowed always.</summary>
    public static Context.Builder EnableAlgorithms(this Context.Builder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder;
    }
}
