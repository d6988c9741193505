using System.Reflection;
using ILGPU.IR;
using ILGPU.Runtime.CPU.Functions;

namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>The methods that compute the IR's mathematical functions.</summary>
internal static class MathMethods
{
    /// <summary>The method for operands of a type.</summary>
    public static MethodInfo Of(MathFunction function, IrType type)
    {
        Type clr = ValueLocals.ClrType(type);
        return (type == IrType.Float32 ? SingleFunctions.Find(function, clr) : null) ?? OfFramework(function, type, clr);
    }

    private static MethodInfo OfFramework(MathFunction function, IrType type, Type clr)
    {
        Type[] one = [clr];
        Type[] two = [clr, clr];
        Type library = clr == typeof(float) ? typeof(MathF) : typeof(Math);
        return function switch
        {
            MathFunction.Abs => Find(type.IsFloat() ? typeof(Math) : typeof(SimulatedMath), nameof(Math.Abs), one),
            MathFunction.IsNaN or MathFunction.IsInfinity or MathFunction.IsFinite => Find(clr, function.ToString(), one),
            MathFunction.MinS or MathFunction.MaxS => Find(typeof(Math), function.ToString()[..3], two),
            MathFunction.MinU or MathFunction.MaxU => Find(typeof(SimulatedMath), function.ToString(), two),
            MathFunction.Min or MathFunction.Max => Find(typeof(Math), function.ToString(), two),
            MathFunction.MinNumber or MathFunction.MaxNumber => Find(clr, function.ToString(), two),
            MathFunction.Pow or MathFunction.Atan2 or MathFunction.CopySign => Find(library, function.ToString(), two),
            MathFunction.IeeeRemainder => Find(library, nameof(Math.IEEERemainder), two),
            MathFunction.Fma => Find(library, nameof(Math.FusedMultiplyAdd), [clr, clr, clr]),
            MathFunction.Rsqrt or MathFunction.Rcp or MathFunction.Exp2 or MathFunction.RoundEven or MathFunction.RoundAway
                or MathFunction.PopCount or MathFunction.LeadingZeros or MathFunction.TrailingZeros =>
                Find(typeof(SimulatedMath), function.ToString(), one),
            _ => Find(library, function.ToString(), one),
        };
    }

    private static MethodInfo Find(Type type, string name, Type[] parameters) =>
        type.GetMethod(name, BindingFlags.Public | BindingFlags.Static, parameters)
            ?? throw new InvalidOperationException($"{type.Name} has no {name}({string.Join(", ", parameters.Select(p => p.Name))}).");
}
