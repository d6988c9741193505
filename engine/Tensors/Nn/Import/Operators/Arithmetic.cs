using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn.Import.Operators;

/// <summary>Arithmetic, comparisons and logic with broadcasting. Integers are computed on the host, where they stay exact.</summary>
internal static class Arithmetic
{
    public static void Add(OperatorList list)
    {
        Binary(list, "Add", (a, b) => a.Add(b), (a, b) => a + b);
        Binary(list, "Sub", (a, b) => a.Subtract(b), (a, b) => a - b);
        Binary(list, "Mul", (a, b) => a.Multiply(b), (a, b) => a * b);
        AddDivision(list);
        AddModulus(list);
        AddPower(list);
        Folded(list, "Min", (a, b) => a.Minimum(b), Math.Min);
        Folded(list, "Max", (a, b) => a.Maximum(b), Math.Max);
        Folded(list, "Sum", (a, b) => a.Add(b), (a, b) => a + b);
        AddMean(list);
        Unary(list, "Neg", x => x.Negate(), x => -x);
        Unary(list, "Abs", x => x.Abs(), Math.Abs);
        Unary(list, "Sign", x => x.Sign(), x => double.IsNaN(x) ? x : Math.Sign(x));
        Unary(list, "Reciprocal", x => x.Reciprocal(), x => 1 / x);
        Unary(list, "Sqrt", x => x.Sqrt(), Math.Sqrt);
        Unary(list, "Exp", x => x.Exp(), Math.Exp);
        Unary(list, "Log", x => x.Log(), Math.Log);
        Unary(list, "Sin", x => x.Sin(), Math.Sin);
        Unary(list, "Cos", x => x.Cos(), Math.Cos);
        AddRounding(list);
        Compare(list, "Equal", (a, b) => a.EqualTo(b), (a, b) => a == b);
        Compare(list, "Greater", (a, b) => a.GreaterThan(b), (a, b) => a > b);
        Compare(list, "GreaterOrEqual", (a, b) => a.GreaterThanOrEqual(b), (a, b) => a >= b);
        Compare(list, "Less", (a, b) => a.LessThan(b), (a, b) => a < b);
        Compare(list, "LessOrEqual", (a, b) => a.LessThanOrEqual(b), (a, b) => a <= b);
        Compare(list, "And", (a, b) => a.Multiply(b), (a, b) => a != 0 && b != 0);
        Compare(list, "Or", (a, b) => a.Maximum(b), (a, b) => a != 0 || b != 0);
        Compare(list, "Xor", (a, b) => a.NotEqualTo(b), (a, b) => (a != 0) != (b != 0));
        list.Masks("Not", call => call.Tensor(0).Affine(-1, 1));
        list.Host("Not", call => call.Host(0).Map(ElementKind.Boolean, x => x == 0 ? 1 : 0));
        list.Floats("Clip", Clip);
        list.Host("Clip", ClipOnHost);
        list.Exact.Add("Clip");
        list.Same("Where", call => call.Tensor(0).Where(call.Tensor(1), call.Tensor(2)), input: 1);
        list.Host("Where", WhereOnHost);
    }

    private static void Binary(
        OperatorList list, string name, Func<Tensor, Tensor, Tensor> onDevice, Func<double, double, double> onHost)
    {
        list.Floats(name, call => onDevice(call.Tensor(0), call.Tensor(1)));
        list.Host(name, call => Pairs(call, name, onHost));
        list.Exact.Add(name);
    }

    private static HostArray Pairs(NodeCall call, string name, Func<double, double, double> f) =>
        HostArray.Map(name, call.Value(0).Kind, call.Host(0), call.Host(1), f);

    private static void Compare(OperatorList list, string name, Func<Tensor, Tensor, Tensor> onDevice, Func<double, double, bool> onHost)
    {
        list.Masks(name, call => onDevice(call.Tensor(0), call.Tensor(1)));
        list.Host(name, call => HostArray.Map(name, ElementKind.Boolean, call.Host(0), call.Host(1), (a, b) => onHost(a, b) ? 1 : 0));
        list.Exact.Add(name);
    }

    /// <summary>An operator of one or more inputs, folded from left to right by a binary function.</summary>
    private static void Folded(
        OperatorList list, string name, Func<Tensor, Tensor, Tensor> onDevice, Func<double, double, double> onHost)
    {
        list.Floats(name, call => Accumulated(call, onDevice));
        list.Host(name, call => HostFolded(call, name, onHost));
        list.Exact.Add(name);
    }

    private static Tensor Accumulated(NodeCall call, Func<Tensor, Tensor, Tensor> f)
    {
        var result = call.Tensor(0).Share();
        for (var i = 1; i < call.Count; i++)
        {
            using var before = result;
            result = f(before, call.Tensor(i));
        }

        return result;
    }

    private static HostArray HostFolded(NodeCall call, string name, Func<double, double, double> f)
    {
        var result = call.Host(0);
        for (var i = 1; i < call.Count; i++)
        {
            result = HostArray.Map(name, result.Kind, result, call.Host(i), f);
        }

        return result;
    }

    private static void AddMean(OperatorList list)
    {
        list.Floats("Mean", call =>
        {
            using var sum = Accumulated(call, (a, b) => a.Add(b));
            return sum.Affine(1f / call.Count, 0);
        });
        list.Host("Mean", call => HostFolded(call, "Mean", (a, b) => a + b).Map(ElementKind.Float, sum => sum / call.Count));
    }

    /// <summary>Integer division truncates towards 0.</summary>
    private static void AddDivision(OperatorList list)
    {
        list.Floats("Div", call => call.Tensor(0).Divide(call.Tensor(1)));
        list.Host("Div", call => call.Value(0).Kind == ElementKind.Integer
            ? Pairs(call, "Div", (a, b) => b == 0 ? throw NodeCall.Refused("it divides an integer by 0") : Math.Truncate(a / b))
            : Pairs(call, "Div", (a, b) => a / b));
        list.Exact.Add("Div");
    }

    /// <summary>The remainder has the sign of the divisor, or with <c>fmod</c> that of the dividend.</summary>
    private static void AddModulus(OperatorList list) => list.Host("Mod", call =>
    {
        var isFmod = call.Node.Integer("fmod", 0) != 0;
        return Pairs(call, "Mod", (a, b) =>
        {
            ShapeException.ThrowIf(b == 0 && call.Value(0).Kind == ElementKind.Integer, "it divides an integer by 0");

            var rest = a % b;
            return isFmod || rest == 0 || (rest < 0) == (b < 0) ? rest : rest + b;
        });
    });

    private static void AddPower(OperatorList list)
    {
        list.Floats("Pow", call => call.Value(1) is { IsOnHost: true } given && given.Host().Values is [var exponent]
            ? Power(call.Tensor(0), exponent, call.ShapeOf(1))
            : call.Tensor(0).Power(call.Tensor(1)));
        list.Host("Pow", call => Pairs(call, "Pow", Math.Pow));
    }

    /// <summary>Small integer exponents become products, which is fastest and also correct for negative bases.</summary>
    private static Tensor Power(Tensor x, double exponent, Shape shape)
    {
        using var basis = x.Expand(Shape.Broadcast("Pow", x.Shape, shape));
        switch (exponent)
        {
            case 1:
                return basis.Share();
            case 2:
                return basis.Square();
            case 3:
                using (var square = basis.Square())
                {
                    return square.Multiply(basis);
                }

            case 4:
                using (var square = basis.Square())
                {
                    return square.Square();
                }

            case 0.5:
                return basis.Sqrt();
            case -1:
                return basis.Reciprocal();
            default:
                return basis.Power((float)exponent);
        }
    }

    private static void Unary(OperatorList list, string name, Func<Tensor, Tensor> onDevice, Func<double, double> onHost)
    {
        list.Floats(name, call => onDevice(call.Tensor(0)));
        list.Host(name, call => call.Host(0).Map(call.Value(0).Kind, onHost));
        list.Exact.Add(name);
    }

    /// <summary>Adds functions without a device kernel.</summary>
    private static void AddRounding(OperatorList list)
    {
        foreach (var (name, f) in new (string, Func<double, double>)[]
        {
            ("Floor", Math.Floor), ("Ceil", Math.Ceiling), ("Round", x => Math.Round(x, MidpointRounding.ToEven)), ("Tan", Math.Tan),
            ("Asin", Math.Asin), ("Acos", Math.Acos), ("Atan", Math.Atan), ("Sinh", Math.Sinh), ("Cosh", Math.Cosh),
            ("Asinh", Math.Asinh), ("Acosh", Math.Acosh), ("Atanh", Math.Atanh),
        })
        {
            list.Host(name, call => call.Host(0).Map(call.Value(0).Kind, f));
        }

        list.Host("IsNaN", call => call.Host(0).Map(ElementKind.Boolean, x => double.IsNaN(x) ? 1 : 0));
        list.Host("IsInf", call =>
        {
            var below = call.Node.Integer("detect_negative", 1) != 0;
            var above = call.Node.Integer("detect_positive", 1) != 0;
            return call.Host(0).Map(
                ElementKind.Boolean, x => (below && double.IsNegativeInfinity(x)) || (above && double.IsPositiveInfinity(x)) ? 1 : 0);
        });
    }

    private static Tensor Clip(NodeCall call)
    {
        if ((!call.Has(1) || call.Value(1).IsOnHost) && (!call.Has(2) || call.Value(2).IsOnHost))
        {
            return call.Tensor(0).Clamp(
                call.Number(1, "min", float.NegativeInfinity), call.Number(2, "max", float.PositiveInfinity));
        }

        using var above = call.Has(1) ? call.Tensor(0).Maximum(call.Tensor(1)) : call.Tensor(0).Share();
        return call.Has(2) ? above.Minimum(call.Tensor(2)) : above.Share();
    }

    private static HostArray ClipOnHost(NodeCall call)
    {
        var (least, most) = (Limit(1, "min", double.NegativeInfinity), Limit(2, "max", double.PositiveInfinity));
        return call.Host(0).Map(call.Value(0).Kind, x => Math.Min(Math.Max(x, least), most));

        double Limit(int index, string attribute, double otherwise) => !call.Has(index)
            ? call.Node.Has(attribute) ? call.Node.Float(attribute, 0) : otherwise
            : call.Host(index).Values is [var limit] ? limit : throw NodeCall.Refused($"its input {index} should be one number");
    }

    private static HostArray WhereOnHost(NodeCall call)
    {
        var (mask, a, b) = (call.Host(0), call.Host(1), call.Host(2));
        var shape = Shape.Broadcast("Where", Shape.Broadcast("Where", mask.Shape, a.Shape), b.Shape);
        var (wide, left, right) = (mask.Expanded(shape), a.Expanded(shape), b.Expanded(shape));
        return new HostArray(a.Kind, shape, [.. wide.Select((w, i) => w != 0 ? left[i] : right[i])]);
    }
}
