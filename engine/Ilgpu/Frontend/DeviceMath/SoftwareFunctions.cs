using System.Reflection;
using ILGPU.IR;

namespace ILGPU.Frontend.DeviceMath;

/// <summary>Finds the C# that stands in for a math function.</summary>
internal static class SoftwareFunctions
{
    private static readonly Dictionary<(MathFunction Function, IrType Type), MethodInfo> s_methods = Find();

    /// <summary>The implementation, or null where the device has the function itself.</summary>
    public static MethodInfo? For(MathFunction function, IrType type, bool fastMath)
    {
        if (type == IrType.Float32 && fastMath && IsApproximated(function))
        {
            return null;
        }

        return s_methods.GetValueOrDefault((function, type));
    }

    /// <summary>C#'s % on floats.</summary>
    public static MethodInfo Remainder(IrType type) =>
        (type == IrType.Float32 ? typeof(SingleMath) : typeof(DoubleMath)).GetMethod(nameof(DoubleMath.Remainder))!;

    private static bool IsApproximated(MathFunction function) => function is MathFunction.Exp or MathFunction.Log or MathFunction.Log2
        or MathFunction.Log10 or MathFunction.Sin or MathFunction.Cos;

    private static Dictionary<(MathFunction, IrType), MethodInfo> Find()
    {
        var result = new Dictionary<(MathFunction, IrType), MethodInfo>();
        foreach (var (type, holder) in new[] { (IrType.Float32, typeof(SingleMath)), (IrType.Float64, typeof(DoubleMath)) })
        {
            foreach (var method in holder.GetMethods(BindingFlags.Static | BindingFlags.Public))
            {
                if (Enum.TryParse<MathFunction>(method.Name, ignoreCase: true, out var function))
                {
                    result.Add((function, type), method);
                }
            }
        }

        return result;
    }
}
