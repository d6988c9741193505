using System.Runtime.CompilerServices;

namespace ILGPU.Runtime.CPU.Vectors;

/// <summary>Calls functions of scalars for one lane after the other.</summary>
internal static unsafe class LaneFunctions
{
    /// <typeparam name="TValue">The vector of the arguments.</typeparam>
    /// <typeparam name="TResult">The vector of the results.</typeparam>
    /// <typeparam name="TFrom">The type of an argument.</typeparam>
    /// <typeparam name="TTo">The type of a result.</typeparam>
    /// <param name="value">The arguments.</param>
    /// <param name="function">The address of the function.</param>
    [MethodImpl(LaneCode.Called)]
    public static TResult Map1<TValue, TResult, TFrom, TTo>(TValue value, nint function)
        where TValue : unmanaged
        where TResult : unmanaged
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        Unsafe.SkipInit(out TResult result);
        var from = (TFrom*)&value;
        var to = (TTo*)&result;
        for (int lane = 0; lane < VectorPlan.Lanes; lane++)
        {
            to[lane] = ((delegate*<TFrom, TTo>)function)(from[lane]);
        }

        return result;
    }

    /// <inheritdoc cref="Map1{TValue, TResult, TFrom, TTo}"/>
    [MethodImpl(LaneCode.Called)]
    public static TResult Map2<TValue, TResult, TFrom, TTo>(TValue first, TValue second, nint function)
        where TValue : unmanaged
        where TResult : unmanaged
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        Unsafe.SkipInit(out TResult result);
        var (a, b) = ((nint)(&first), (nint)(&second));
        var to = (TTo*)&result;
        for (int lane = 0; lane < VectorPlan.Lanes; lane++)
        {
            to[lane] = ((delegate*<TFrom, TFrom, TTo>)function)(((TFrom*)a)[lane], ((TFrom*)b)[lane]);
        }

        return result;
    }
}
