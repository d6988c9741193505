using System.Reflection.Emit;
using ILGPU.IR;
using ILGPU.Runtime.CPU.Simulation;

namespace ILGPU.Runtime.CPU.Vectors;

/// <summary>
/// Where values live: uniform and strided ones as the first lane's scalar, varying ones as vectors; those that are read once in their own
/// block on the evaluation stack.
/// </summary>
internal sealed class VectorValues
{
    private readonly ILGenerator _il;

    private readonly Divergence _divergence;

    private readonly LaneCalls _calls;

    private readonly Dictionary<Value, LocalBuilder> _lanes = [];

    public VectorValues(ILGenerator il, ValueLocals scalars, Divergence divergence)
    {
        _il = il;
        _divergence = divergence;
        Scalars = scalars;
        _calls = new(il);
    }

    /// <summary>The values that are kept as scalars.</summary>
    public ValueLocals Scalars { get; }

    /// <summary>Whether the value is the same in all lanes.</summary>
    public bool IsUniform(Value value) => _divergence.IsUniform(value);

    /// <summary>Whether the first lane's value says what all others have.</summary>
    public bool IsScalar(Value value) => _divergence.StepOf(value).IsKnown;

    /// <summary>The step between the lanes of a value that is kept as a scalar.</summary>
    public int StepOf(Value value) => _divergence.StepOf(value).Step;

    /// <summary>Whether the value is computed where it is read.</summary>
    public bool IsFolded(Value value) => value is Instruction instruction && Scalars.IsFolded(instruction);

    /// <summary>The type that a value lives in.</summary>
    public Type TypeOf(Value value) => IsScalar(value) ? ValueLocals.ClrType(value.Type) : LaneCalls.LaneType(value.Type);

    /// <summary>Makes a vector of the scalar on the stack, the same in all lanes.</summary>
    public void Broadcast(IrType type) => _calls.Broadcast(type);

    /// <summary>Makes a vector of the scalar on the stack, that of the first lane.</summary>
    public void Spread(Value value)
    {
        if (IsUniform(value))
        {
            Broadcast(value.Type);
            return;
        }

        _calls.Spread(value.Type, StepOf(value));
    }

    /// <summary>Pushes what the value lives in.</summary>
    public void Load(Value value)
    {
        if (IsScalar(value))
        {
            Scalars.Load(value);
        }
        else
        {
            _il.Emit(OpCodes.Ldloc, LanesOf(value));
        }
    }

    /// <summary>Stores what the value lives in.</summary>
    public void Store(Value value)
    {
        if (IsScalar(value))
        {
            Scalars.Store(value);
        }
        else
        {
            _il.Emit(OpCodes.Stloc, LanesOf(value));
        }
    }

    /// <summary>Stores a vector in the lanes of a mask; the others keep what they have.</summary>
    public void StoreUnder(Value value, LocalBuilder mask)
    {
        LocalBuilder target = LanesOf(value);
        _il.Emit(OpCodes.Ldloc, mask);
        _il.Emit(OpCodes.Ldloc, target);
        _calls.Generic("Blend", value.Type);
        _il.Emit(OpCodes.Stloc, target);
    }

    private LocalBuilder LanesOf(Value value)
    {
        if (!_lanes.TryGetValue(value, out LocalBuilder? local))
        {
            _lanes[value] = local = _il.DeclareLocal(LaneCalls.LaneType(value.Type));
        }

        return local;
    }
}
