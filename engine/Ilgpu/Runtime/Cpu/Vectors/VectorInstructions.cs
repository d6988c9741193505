using System.Reflection.Emit;
using System.Runtime.Intrinsics;
using ILGPU.IR;
using ILGPU.Runtime.CPU.Functions;
using ILGPU.Runtime.CPU.Simulation;

namespace ILGPU.Runtime.CPU.Vectors;

/// <summary>Emits single instructions for the lanes of a batch.</summary>
internal sealed partial class VectorInstructions
{
    private readonly ILGenerator _il;

    private readonly VectorValues _values;

    private readonly VectorPlan _plan;

    private readonly MemoryLayout _layout;

    private readonly UniformTranslator _uniform;

    private readonly LaneCalls _calls;

    public VectorInstructions(ILGenerator il, VectorValues values, VectorPlan plan, MemoryLayout layout)
    {
        _il = il;
        _values = values;
        _plan = plan;
        _layout = layout;
        _uniform = new(il, values.Scalars, layout);
        _calls = new(il);
    }

    /// <summary>Emits an instruction and stores its result.</summary>
    /// <param name="i">What is no synchronisation.</param>
    /// <param name="block">Its block.</param>
    /// <param name="mask">The lanes that run the block.</param>
    public void Emit(Instruction i, Block block, LaneMask mask)
    {
        if (_plan.IsAbsorbed(i) || _values.IsFolded(i))
        {
            return;
        }

        switch (i.Opcode)
        {
            case Opcode.Store:
                EmitStore(i, i.Operands[1], 0, mask);
                return;
            case Opcode.StoreVector:
                EmitStores(i, mask);
                return;
            case Opcode.LoadVector when !_values.IsScalar(i):
                EmitLoads(i, block, mask);
                return;
            case Opcode.TupleElement when !_values.IsScalar(i):
                return;
            case Opcode.Fence:
                _uniform.EmitStatement(i);
                return;
            default:
                if (_values.IsScalar(i))
                {
                    _uniform.EmitStatement(i);
                    return;
                }

                break;
        }

        EmitLanes(i, mask);
        Store(i, block, mask);
    }

    /// <summary>Pushes a vector, whatever the value lives in, or computes it here if this is its only reader.</summary>
    public void LoadLanes(Value value)
    {
        if (_values.IsScalar(value))
        {
            LoadScalar(value);
            _values.Spread(value);
        }
        else if (_values.IsFolded(value))
        {
            EmitLanes((Instruction)value, mask: null);
        }
        else
        {
            _values.Load(value);
        }
    }

    /// <summary>Pushes a scalar that is the same in all lanes, or that of the first one.</summary>
    public void LoadScalar(Value value) => _uniform.EmitValue(value);

    private void Store(Instruction i, Block block, LaneMask mask)
    {
        if (_plan.KeepsOtherLanes(block, i))
        {
            _values.StoreUnder(i, mask.Lanes);
        }
        else
        {
            _values.Store(i);
        }
    }

    private static Type Element(Value value) => ValueLocals.ClrType(value.Type);

    /// <param name="i">What is no scalar.</param>
    /// <param name="mask">The lanes that take part; null for an operation without effects.</param>
    private void EmitLanes(Instruction i, LaneMask? mask)
    {
        IrType type = i.Type;
        switch (i.Opcode)
        {
            case Opcode.Neg when type.IsFloat():
                EmitOperands(i);
                _calls.Operation($"Neg{type}");
                break;
            case Opcode.Add or Opcode.Sub or Opcode.Mul or Opcode.Div or Opcode.And or Opcode.Or or Opcode.Xor or Opcode.Not or Opcode.Neg:
                EmitOperands(i);
                _calls.Generic(i.Opcode.ToString(), type);
                break;
            case Opcode.DivS or Opcode.RemS or Opcode.DivU or Opcode.RemU or Opcode.MulHighS or Opcode.MulHighU when type == IrType.Int32:
                EmitOperands(i);
                _calls.Integers(i.Opcode.ToString());
                break;
            case Opcode.DivS or Opcode.DivU or Opcode.RemS or Opcode.RemU or Opcode.Rem:
                EmitOperands(i);
                _calls.Each(LaneCalls.Scalar(i.Opcode.ToString(), Element(i), Element(i)), type, type);
                break;
            case Opcode.MulHighS or Opcode.MulHighU:
                EmitOperands(i);
                _calls.Each(typeof(SimulatedMath).GetMethod(i.Opcode.ToString(), [Element(i), Element(i)])!, type, type);
                break;
            case Opcode.Shl or Opcode.ShrS or Opcode.ShrU:
                EmitShift(i);
                break;
            case Opcode.Compare:
                EmitOperands(i);
                EmitCompare((Condition)i.Kind, i.Operands[0].Type);
                break;
            case Opcode.Select:
                LoadLanes(i.Operands[1]);
                LoadLanes(i.Operands[0]);
                LoadLanes(i.Operands[2]);
                _calls.Generic("Blend", type);
                break;
            case Opcode.Convert:
                EmitOperands(i);
                EmitConversion((Conversion)i.Kind, i.Operands[0].Type, type);
                break;
            case Opcode.Math:
                EmitOperands(i);
                EmitFunction((MathFunction)i.Kind, i.Operands[0].Type, type);
                break;
            default:
                EmitMemoryOrPosition(i, mask);
                break;
        }
    }

    private void EmitOperands(Instruction i)
    {
        foreach (Value operand in i.Operands)
        {
            LoadLanes(operand);
        }
    }

    private void EmitShift(Instruction i)
    {
        Value count = i.Operands[1];
        LoadLanes(i.Operands[0]);
        if (_values.IsUniform(count))
        {
            LoadScalar(count);
            _calls.Sized(i.Opcode.ToString(), i.Type);
            return;
        }

        LoadLanes(count);
        if (i.Type == IrType.Int32)
        {
            _calls.Integers(i.Opcode.ToString());
            return;
        }

        _calls.Operation(nameof(LaneOperations.Widen));
        _calls.Each(LaneCalls.Scalar(i.Opcode.ToString(), Element(i), Element(i)), i.Type, i.Type);
    }

    /// <summary>As <see cref="MathTranslator.EmitCompare"/>: what NaN satisfies is the opposite of an ordered comparison.</summary>
    private void EmitCompare(Condition condition, IrType type)
    {
        if (!type.IsFloat() && condition is Condition.LtUn or Condition.LeUn or Condition.GtUn or Condition.GeUn)
        {
            _calls.Sized(condition is Condition.LtUn or Condition.GeUn ? "LessUnsigned" : "GreaterUnsigned", type);
            EmitNot(condition is Condition.LeUn or Condition.GeUn);
            return;
        }

        (string name, bool isOpposite) = condition switch
        {
            Condition.Eq => ("Equal", false),
            Condition.Ne => ("Equal", true),
            Condition.Lt => ("Less", false),
            Condition.Le => ("LessOrEqual", false),
            Condition.Gt => ("Greater", false),
            Condition.Ge => ("GreaterOrEqual", false),
            Condition.LtUn => ("GreaterOrEqual", true),
            Condition.LeUn => ("Greater", true),
            Condition.GtUn => ("LessOrEqual", true),
            _ => ("Less", true),
        };
        _calls.Generic(name, type);
        EmitNot(isOpposite);
    }

    private void EmitNot(bool isOpposite)
    {
        if (isOpposite)
        {
            _calls.Generic("Not", IrType.Bool);
        }
    }

    private void EmitConversion(Conversion conversion, IrType from, IrType to)
    {
        switch (conversion)
        {
            case Conversion.SignExtend8 or Conversion.SignExtend16 or Conversion.ZeroExtend8 or Conversion.ZeroExtend16
                or Conversion.ZeroExtend32 or Conversion.BoolToInt:
                _calls.Operation(conversion.ToString());
                break;
            case Conversion.SignExtend32:
                _calls.Operation(nameof(LaneOperations.Widen));
                break;
            case Conversion.Truncate:
                _calls.Operation(nameof(LaneOperations.Narrow));
                break;
            case Conversion.SignedToFloat when from == IrType.Int32:
                _calls.Operation($"{from}To{to}");
                break;
            case Conversion.UnsignedToFloat when from == IrType.Int32:
                _calls.Operation($"U{from}To{to}");
                break;
            case Conversion.FloatToFloat:
                _calls.Operation($"{from}To{to}");
                break;
            case Conversion.SignedToFloat or Conversion.UnsignedToFloat:
                string sign = conversion == Conversion.UnsignedToFloat ? "U" : string.Empty;
                _calls.Each(LaneCalls.Scalar($"{sign}{from}To{to}", ValueLocals.ClrType(from)), from, to);
                break;
            case Conversion.FloatToSigned when from == IrType.Float32 && to == IrType.Int32:
                _calls.Operation($"{from}To{to}");
                break;
            case Conversion.FloatToSigned or Conversion.FloatToUnsigned:
                string target = conversion == Conversion.FloatToUnsigned ? $"U{to}" : to.ToString();
                _calls.Each(LaneCalls.Scalar($"{from}To{target}", ValueLocals.ClrType(from)), from, to);
                break;
            case Conversion.FloatToHalf:
                _calls.Each(typeof(SimulatedMath).GetMethod(nameof(SimulatedMath.FloatToHalf))!, from, to);
                break;
            case Conversion.HalfToFloat:
                _calls.Each(typeof(SimulatedMath).GetMethod(nameof(SimulatedMath.HalfToFloat))!, from, to);
                break;
            case Conversion.PointerToInteger or Conversion.IntegerToPointer:
                break;
            default:
                _calls.Operation($"Bitcast{from}");
                break;
        }
    }

    private void EmitFunction(MathFunction function, IrType from, IrType to)
    {
        switch (function)
        {
            case MathFunction.Abs or MathFunction.Sqrt or MathFunction.Rcp or MathFunction.Rsqrt or MathFunction.Floor
                or MathFunction.Ceiling or MathFunction.Truncate or MathFunction.Min or MathFunction.Max or MathFunction.Fma
                or MathFunction.RoundEven or MathFunction.IsNaN or MathFunction.IsInfinity or MathFunction.IsFinite when from.IsFloat():
            case MathFunction.MinS or MathFunction.MaxS:
                _calls.Sized(function.ToString(), from);
                break;
            case var _ when from == IrType.Float32 && SingleFunctions.Find(function, typeof(Vector256<float>)) is { } vectorised:
                _il.Emit(OpCodes.Call, vectorised);
                break;
            default:
                _calls.Each(MathMethods.Of(function, from), from, to);
                break;
        }
    }
}
