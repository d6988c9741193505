using System.Numerics;
using System.Reflection;
using ILGPU.IR;

namespace ILGPU.Frontend.Intrinsics;

/// <summary>
/// System.Numerics' Vector2, Vector3 and Vector4, component by component: the framework's own code is written with the processor's vectors,
/// which devices have none of. What has no form here, and all members of the other types of the namespace, are refused.
/// </summary>
internal static class NumericsIntrinsics
{
    private const string Advice = "kernels know Vector2, Vector3 and Vector4 of System.Numerics; write the rest over their fields";

    private static readonly Dictionary<string, float> s_filled = new()
    {
        ["get_Zero"] = 0,
        ["get_One"] = 1,
        ["get_E"] = float.E,
        ["get_Pi"] = float.Pi,
        ["get_Tau"] = float.Tau,
        ["get_Epsilon"] = float.Epsilon,
        ["get_NaN"] = float.NaN,
        ["get_NegativeInfinity"] = float.NegativeInfinity,
        ["get_NegativeZero"] = float.NegativeZero,
        ["get_PositiveInfinity"] = float.PositiveInfinity,
    };

    private static readonly Dictionary<string, Opcode> s_operators = new()
    {
        ["op_Addition"] = Opcode.Add,
        ["Add"] = Opcode.Add,
        ["op_Subtraction"] = Opcode.Sub,
        ["Subtract"] = Opcode.Sub,
        ["op_Multiply"] = Opcode.Mul,
        ["Multiply"] = Opcode.Mul,
        ["op_Division"] = Opcode.Div,
        ["Divide"] = Opcode.Div,
        ["op_UnaryNegation"] = Opcode.Neg,
        ["Negate"] = Opcode.Neg,
    };

    // Functions of one, two or three numbers that are applied to each component.
    private static readonly Dictionary<string, MethodInfo> s_functions = new()
    {
        ["Abs"] = Function(MathF.Abs),
        ["SquareRoot"] = Function(MathF.Sqrt),
        ["Sin"] = Function(MathF.Sin),
        ["Cos"] = Function(MathF.Cos),
        ["Exp"] = Function(MathF.Exp),
        ["Log"] = Function((Func<float, float>)MathF.Log),
        ["Log2"] = Function(MathF.Log2),
        ["Truncate"] = Function(MathF.Truncate),
        ["Round"] = Function(MathF.Round),
        ["DegreesToRadians"] = Function(float.DegreesToRadians),
        ["RadiansToDegrees"] = Function(float.RadiansToDegrees),
        ["Min"] = Function(MathF.Min),
        ["MinNative"] = Function(MathF.Min),
        ["MinNumber"] = Function(float.MinNumber),
        ["Max"] = Function(MathF.Max),
        ["MaxNative"] = Function(MathF.Max),
        ["MaxNumber"] = Function(float.MaxNumber),
        ["CopySign"] = Function(MathF.CopySign),
        ["Clamp"] = Function(Clamp),
        ["ClampNative"] = Function(Clamp),
        ["Lerp"] = Function(Lerp),
        ["FusedMultiplyAdd"] = Function(MathF.FusedMultiplyAdd),
        ["MultiplyAddEstimate"] = Function(MathF.FusedMultiplyAdd),
    };

    private static readonly Dictionary<string, (Condition Condition, bool All)> s_comparisons = new()
    {
        ["op_Equality"] = (Condition.Eq, true),
        ["op_Inequality"] = (Condition.Ne, false),
        ["EqualsAll"] = (Condition.Eq, true),
        ["EqualsAny"] = (Condition.Eq, false),
        ["LessThanAll"] = (Condition.Lt, true),
        ["LessThanAny"] = (Condition.Lt, false),
        ["LessThanOrEqualAll"] = (Condition.Le, true),
        ["LessThanOrEqualAny"] = (Condition.Le, false),
        ["GreaterThanAll"] = (Condition.Gt, true),
        ["GreaterThanAny"] = (Condition.Gt, false),
        ["GreaterThanOrEqualAll"] = (Condition.Ge, true),
        ["GreaterThanOrEqualAny"] = (Condition.Ge, false),
    };

    public static bool IsVector(Type type) => type == typeof(Vector2) || type == typeof(Vector3) || type == typeof(Vector4);

    /// <summary>Whether a type is nothing but the processor's own registers.</summary>
    public static bool IsOfProcessor(Type type) =>
        type.Namespace == "System.Runtime.Intrinsics" || (type.Namespace == "System.Numerics" && type.Name is "Vector" or "Vector`1");

    /// <summary>A member of one of the vectors.</summary>
    public static bool Translate(IntrinsicCall call)
    {
        var type = call.Method.DeclaringType!;
        var width = call.Kernel.LayoutOf(type).Leaves.Length;
        if (s_filled.TryGetValue(call.Name, out var number))
        {
            return call.Return(Vector(call, type, _ => Constant.Float32(number)));
        }

        if (call.Name.StartsWith("get_Unit", StringComparison.Ordinal))
        {
            return call.Return(Vector(call, type, lane => Constant.Float32("XYZW"[lane] == call.Name[^1] ? 1 : 0)));
        }

        if (call.Name is "Create" or "CreateScalar" && Components(call.Arguments) is { } components)
        {
            return call.Return(Built(call.Kernel, type, components, isScalar: call.Name == "CreateScalar"));
        }

        if (call.Name is "get_Item" or "set_Item")
        {
            return Item(call, width);
        }

        if (call.Name is "Transform" or "TransformNormal")
        {
            return Transform(call, type);
        }

        if (!Array.TrueForAll(call.Arguments, argument => argument.Leaves.Length is 1 || argument.Leaves.Length == width))
        {
            throw Refusal(call.Method);
        }

        var operands = Operands(call, type);
        if (s_operators.TryGetValue(call.Name, out var opcode))
        {
            return call.Return(Vector(call, type, lane => call.Ir.Emit(opcode, IrType.Float32, [.. operands.Select(o => o(lane))])));
        }

        if (call.Name == "op_UnaryPlus")
        {
            return call.Return(call.Arguments[0]);
        }

        if (s_functions.TryGetValue(call.Name, out var function) && function.GetParameters().Length == operands.Length)
        {
            return call.Return(Vector(call, type, lane => Apply(call, function, [.. operands.Select(o => StackValue.Of(o(lane)))])));
        }

        if (s_comparisons.TryGetValue(call.Name, out var comparison))
        {
            var lanes =
                Enumerable.Range(0, width).Select(lane => call.Ir.Compare(comparison.Condition, operands[0](lane), operands[1](lane)));
            return call.ReturnFlag(lanes.Aggregate((a, b) => call.Ir.Emit(comparison.All ? Opcode.And : Opcode.Or, IrType.Bool, a, b)));
        }

        return Geometry(call, type, operands) ? true : throw Refusal(call.Method);
    }

    /// <summary>A vector made by a constructor, or null if it is given in a way that kernels don't know.</summary>
    public static StackValue? Construct(KernelTranslator kernel, Type type, StackValue[] arguments) =>
        Components(arguments) is { } components ? Built(kernel, type, components, isScalar: false) : null;

    /// <summary>Members of the namespace's matrices, quaternions, planes and sized vectors.</summary>
    public static bool Refuse(IntrinsicCall call) => throw Refusal(call.Method);

    public static KernelRefusedException Refusal(MethodBase method) =>
        new($"'{KernelTranslator.Describe(method)}' is made for the processor's vectors; {Advice}");

    private static bool Geometry(IntrinsicCall call, Type type, Func<int, Value>[] operands)
    {
        var ir = call.Ir;
        switch (call.Name)
        {
            case "Equals" when !call.Method.IsStatic:
                var equal = Enumerable.Range(0, call.Kernel.LayoutOf(type).Leaves.Length)
                    .Select(lane => Same(operands[0](lane), operands[1](lane)));
                return call.ReturnFlag(equal.Aggregate((a, b) => ir.Emit(Opcode.And, IrType.Bool, a, b)));
            case "Sum":
                return call.Return(Sum(call, type, operands[0]));
            case "Dot":
                return call.Return(Dot(call, type, operands[0], operands[1]));
            case "LengthSquared":
                return call.Return(Dot(call, type, operands[0], operands[0]));
            case "Length":
                return call.Return(Root(Dot(call, type, operands[0], operands[0])));
            case "Distance" or "DistanceSquared":
                var difference = Vector(call, type, lane => ir.Emit(Opcode.Sub, IrType.Float32, operands[0](lane), operands[1](lane)));
                var squared = Dot(call, type, lane => difference.Leaves[lane], lane => difference.Leaves[lane]);
                return call.Return(call.Name == "Distance" ? Root(squared) : squared);
            case "Normalize":
                var length = Root(Dot(call, type, operands[0], operands[0]));
                return call.Return(Vector(call, type, lane => ir.Emit(Opcode.Div, IrType.Float32, operands[0](lane), length)));
            case "Reflect":
                var twice = ir.Mul(Constant.Float32(2), Dot(call, type, operands[0], operands[1]));
                return call.Return(Vector(call, type, lane =>
                    ir.Emit(Opcode.Sub, IrType.Float32, operands[0](lane), ir.Mul(operands[1](lane), twice))));
            case "Cross" when type == typeof(Vector2):
                return call.Return(Minor(0, 1));
            case "Cross":
                return call.Return(Vector(call, type, lane => lane == 3 ? Constant.Float32(0) : Minor((lane + 1) % 3, (lane + 2) % 3)));
            default:
                return false;
        }

        // NaN equals NaN here, as for single numbers.
        Value Same(Value a, Value b)
        {
            var bothNaN = ir.Emit(
                Opcode.And, IrType.Bool, ir.Math(MathFunction.IsNaN, IrType.Bool, a), ir.Math(MathFunction.IsNaN, IrType.Bool, b));
            return ir.Emit(Opcode.Or, IrType.Bool, ir.Compare(Condition.Eq, a, b), bothNaN);
        }

        Value Root(Value square) => ir.Math(MathFunction.Sqrt, IrType.Float32, square);

        Value Minor(int a, int b) => ir.Emit(
            Opcode.Sub, IrType.Float32, ir.Mul(operands[0](a), operands[1](b)), ir.Mul(operands[0](b), operands[1](a)));
    }

    // Row vectors: a component of the result is the vector times a column of the matrix. A point that lacks components has W = 1.
    private static bool Transform(IntrinsicCall call, Type type)
    {
        var (vector, by) = (call.Arguments[0].Leaves, call.Parameter(1));
        if (by == typeof(Quaternion))
        {
            return Rotate(call, type, vector, call.Arguments[1].Leaves);
        }

        var matrix = call.Arguments[1].Leaves;
        var columns = by == typeof(Matrix3x2) ? 2 : 4;
        return call.Return(Vector(call, type, column =>
        {
            var sum = call.Ir.Mul(vector[0], matrix[column]);
            for (var row = 1; row < vector.Length; row++)
            {
                sum = call.Ir.Add(sum, call.Ir.Mul(vector[row], matrix[(row * columns) + column]));
            }

            return call.Name == "TransformNormal" || vector.Length == 4 ? sum : call.Ir.Add(sum, matrix[^(columns - column)]);
        }));
    }

    // q v q*, as a matrix: a quaternion that is not of unit length scales by the square of its length, W too, as the framework's does.
    private static bool Rotate(IntrinsicCall call, Type type, Value[] vector, Value[] q)
    {
        var ir = call.Ir;
        return call.Return(Vector(call, type, row =>
        {
            if (row == 3)
            {
                var square = ir.Add(ir.Add(Square(0), Square(1)), ir.Add(Square(2), Square(3)));
                return vector.Length == 4 ? ir.Mul(vector[3], square) : square;
            }

            var sum = ir.Mul(vector[0], Entry(row, 0));
            for (var column = 1; column < Math.Min(vector.Length, 3); column++)
            {
                sum = ir.Add(sum, ir.Mul(vector[column], Entry(row, column)));
            }

            return sum;
        }));

        Value Entry(int row, int column)
        {
            if (row == column)
            {
                var others = ir.Add(Square((row + 1) % 3), Square((row + 2) % 3));
                return ir.Emit(Opcode.Sub, IrType.Float32, ir.Add(Square(3), Square(row)), others);
            }

            var third = q[3 - row - column];
            var opcode = (column - row + 3) % 3 == 2 ? Opcode.Add : Opcode.Sub;
            var half = ir.Emit(opcode, IrType.Float32, ir.Mul(q[row], q[column]), ir.Mul(q[3], third));
            return ir.Mul(Constant.Float32(2), half);
        }

        Value Square(int component) => ir.Mul(q[component], q[component]);
    }

    private static bool Item(IntrinsicCall call, int width)
    {
        var (ir, index) = (call.Ir, call.Scalar(1));
        var inside = ir.Math(MathFunction.MinU, IrType.Int32, index, Constant.Int32(width - 1));
        var address = ir.Address(call.Scalar(0), inside, sizeof(float));
        if (call.Name == "get_Item")
        {
            return call.Return(ir.Load(MemoryType.Float32, address));
        }

        ir.Store(MemoryType.Float32, address, call.Scalar(2));
        return true;
    }

    // The value of each operand in a component: a number is the same in all, an instance is behind a pointer.
    private static Func<int, Value>[] Operands(IntrinsicCall call, Type type)
    {
        var values = call.Arguments.ToArray();
        if (!call.Method.IsStatic)
        {
            values[0] = call.Kernel.Load(call.Kernel.LayoutOf(type), values[0].Scalar);
        }

        return [.. values.Select(value => (Func<int, Value>)(lane => value.Leaves[value.Leaves.Length == 1 ? 0 : lane]))];
    }

    private static Value[]? Components(StackValue[] arguments)
    {
        Value[] all = [.. arguments.SelectMany(argument => argument.Leaves)];
        return all.Length > 0 && Array.TrueForAll(all, value => value.Type == IrType.Float32) ? all : null;
    }

    private static StackValue Built(KernelTranslator kernel, Type type, Value[] components, bool isScalar)
    {
        var layout = kernel.LayoutOf(type);
        var width = layout.Leaves.Length;
        if (isScalar)
        {
            components = [components[0], .. Enumerable.Repeat(Constant.Float32(0), width - 1)];
        }
        else if (components.Length == 1)
        {
            components = [.. Enumerable.Repeat(components[0], width)];
        }

        return new StackValue(components, layout);
    }

    private static StackValue Vector(IntrinsicCall call, Type type, Func<int, Value> component)
    {
        var layout = call.Kernel.LayoutOf(type);
        return new StackValue([.. Enumerable.Range(0, layout.Leaves.Length).Select(component)], layout);
    }

    private static Value Dot(IntrinsicCall call, Type type, Func<int, Value> a, Func<int, Value> b)
    {
        var products = Vector(call, type, lane => call.Ir.Mul(a(lane), b(lane)));
        return Sum(call, type, lane => products.Leaves[lane]);
    }

    // Four are added in pairs, as the framework does.
    private static Value Sum(IntrinsicCall call, Type type, Func<int, Value> of)
    {
        var first = call.Ir.Add(of(0), of(1));
        if (type == typeof(Vector2))
        {
            return first;
        }

        return call.Ir.Add(first, type == typeof(Vector3) ? of(2) : call.Ir.Add(of(2), of(3)));
    }

    private static Value Apply(IntrinsicCall call, MethodInfo function, StackValue[] arguments)
    {
        var scalar = new IntrinsicCall(call.Kernel, function, arguments);
        return (IntrinsicTable.TryTranslate(scalar) ? scalar.Result : call.Kernel.Inline(function, arguments)).Scalar;
    }

    private static float Clamp(float value, float min, float max) => MathF.Min(MathF.Max(value, min), max);

    private static float Lerp(float a, float b, float amount) => (a * (1 - amount)) + (b * amount);

    private static MethodInfo Function(Func<float, float> function) => function.Method;

    private static MethodInfo Function(Func<float, float, float> function) => function.Method;

    private static MethodInfo Function(Func<float, float, float, float> function) => function.Method;
}
