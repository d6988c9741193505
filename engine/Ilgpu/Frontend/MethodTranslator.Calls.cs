using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using ILGPU.Frontend.Intrinsics;
using ILGPU.IR;

namespace ILGPU.Frontend;

// Calls, object creation, boxes and tokens.
internal sealed partial class MethodTranslator
{
    private const string NoDelegates = "delegates are not supported in kernels; use a struct type argument with a static abstract method";

    // How the C# compiler's names of classes begin that hold the variables which lambdas capture.
    private const string CapturedVariables = "<>c__DisplayClass";

    private sealed record Boxed(StackValue Value, Type Type)
    {
        public override string ToString() => $"boxed {Type.Name}";
    }

    // True if the call never returns, which ends the block.
    private bool TranslateCall(string name, in ILInstruction instruction)
    {
        switch (name)
        {
            case "call" or "callvirt":
                return ResolveMethod(instruction) switch
                {
                    MethodInfo target => Call(target),
                    ConstructorInfo constructor => CallConstructor(constructor),
                    _ => throw new KernelRefusedException("the called method is unknown"),
                };
            case "newobj":
                NewObject((ConstructorInfo)ResolveMethod(instruction)!);
                return false;
            case "ldtoken":
                _stack.Push(
                    new StackValue([], null, _method.Module.ResolveMember((int)instruction.Operand!, TypeArguments, MethodArguments)));
                return false;
            case "ldstr":
                _stack.Push(new StackValue([], null, _method.Module.ResolveString((int)instruction.Operand!)));
                return false;
            case "ldnull":
                _stack.Push(StackValue.Nothing);
                return false;
            case "box":
                var type = ResolveType(instruction);
                _stack.Push(new StackValue([], null, new Boxed(_stack.Pop(), type)));
                return false;
            case "isinst":
                _stack.Push(_stack.Pop() is { Payload: Boxed boxed } && ResolveType(instruction).IsAssignableFrom(boxed.Type)
                    ? new StackValue([], null, boxed)
                    : StackValue.Nothing);
                return false;
            case "unbox.any":
                _stack.Push(_stack.Pop() is { Payload: Boxed content } && content.Type == ResolveType(instruction)
                    ? content.Value
                    : throw new KernelRefusedException("an object is unboxed; kernels have no objects, use a type argument"));
                return false;
            case "ldftn" or "ldvirtftn" or "calli":
                throw new KernelRefusedException(NoDelegates);
            default:
                throw new KernelRefusedException($"the IL instruction '{name}' is not supported in kernels");
        }
    }

    private MethodBase? ResolveMethod(in ILInstruction instruction) =>
        _method.Module.ResolveMethod((int)instruction.Operand!, TypeArguments, MethodArguments);

    private StackValue[] PopArguments(MethodBase target)
    {
        var values = new StackValue[target.GetParameters().Length + (target.IsStatic ? 0 : 1)];
        for (var i = values.Length - 1; i >= 0; i--)
        {
            values[i] = _stack.Pop();
        }

        return values;
    }

    // A struct constructed in place: `x = new S(...)` calls the constructor on the address of x.
    private bool CallConstructor(ConstructorInfo constructor)
    {
        var values = PopArguments(constructor);
        var type = constructor.DeclaringType!;
        if (ConstructVector(constructor, [.. values.Skip(1)]) is { } vector)
        {
            _kernel.Store(_kernel.LayoutOf(type), values[0].Scalar, vector);
        }
        else
        {
            _kernel.Inline(constructor, values);
        }

        return false;
    }

    private StackValue? ConstructVector(ConstructorInfo constructor, StackValue[] arguments)
    {
        var type = constructor.DeclaringType!;
        if (NumericsIntrinsics.IsVector(type))
        {
            return NumericsIntrinsics.Construct(_kernel, type, arguments) ?? throw NumericsIntrinsics.Refusal(constructor);
        }

        return type is { Namespace: "System.Numerics", Name: "Quaternion" or "Matrix3x2" or "Matrix4x4" or "Plane" }
            ? throw NumericsIntrinsics.Refusal(constructor)
            : null;
    }

    private bool Call(MethodInfo target)
    {
        var values = PopArguments(target);
        MethodBase resolved = target;
        if (_constrained is { } type)
        {
            _constrained = null;
            resolved = MethodResolution.Implementation(type, target);
        }
        else if (target is { IsVirtual: true, IsFinal: false } && !target.DeclaringType!.IsValueType && !IntrinsicTable.Knows(target))
        {
            throw new KernelRefusedException(
                $"virtual call of '{KernelTranslator.Describe(target)}'; call it through a struct type argument instead");
        }

        _kernel.Provenance.Add(resolved);
        if (target.DeclaringType is { IsArray: true })
        {
            ArrayMethod(target, values);
            return false;
        }

        var call = new IntrinsicCall(_kernel, (MethodInfo)resolved, values);
        if (IntrinsicTable.TryTranslate(call))
        {
            if (((MethodInfo)resolved).ReturnType != typeof(void))
            {
                _stack.Push(call.Result);
            }

            return false;
        }

        if (IsThrowHelper(resolved))
        {
            _ir.Terminate(
                new Terminator(TerminatorKind.Trap, null) { Reason = KernelTranslator.Describe(resolved), Location = _ir.Location });
            return true;
        }

        var result = _kernel.Inline(resolved, values);
        if (((MethodInfo)resolved).ReturnType != typeof(void))
        {
            _stack.Push(result);
        }

        return false;
    }

    // What the framework calls to report an error: an impossible switch value, an argument out of range.
    private static bool IsThrowHelper(MethodBase target) =>
        target.IsDefined(typeof(DoesNotReturnAttribute), false)
        || (target.Name.StartsWith("Throw", StringComparison.Ordinal) && target.DeclaringType?.Name == "<PrivateImplementationDetails>");

    private void NewObject(ConstructorInfo constructor)
    {
        var type = constructor.DeclaringType!;
        var count = constructor.GetParameters().Length;
        var values = new StackValue[count + 1];
        for (var i = count; i > 0; i--)
        {
            values[i] = _stack.Pop();
        }

        if (type.IsArray)
        {
            _stack.Push(_kernel.NewMultiArray(type, [.. values.Skip(1).Select(v => v.Scalar)]));
            return;
        }

        if (typeof(Exception).IsAssignableFrom(type))
        {
            throw new KernelRefusedException(
                $"'{type.Name}' is thrown; kernels have no exceptions: write an error value to a buffer, or use Debug.Assert");
        }

        if (typeof(Delegate).IsAssignableFrom(type))
        {
            throw new KernelRefusedException(NoDelegates);
        }

        if (!type.IsValueType)
        {
            throw new KernelRefusedException(type.Name.StartsWith(CapturedVariables, StringComparison.Ordinal)
                ? "a lambda captures variables here; make it static and pass them as arguments"
                : $"class '{type}' is allocated; kernels have structs only");
        }

        if (ConstructVector(constructor, values[1..]) is { } vector)
        {
            _stack.Push(vector);
            return;
        }

        var layout = _kernel.LayoutOf(type);
        var memory = _kernel.Spill(layout, _kernel.Zero(layout));
        values[0] = StackValue.Of(memory);
        _kernel.Inline(constructor, values);
        _stack.Push(_kernel.Load(layout, memory));
    }

    // Get, Set and Address are the runtime's own methods of multi-dimensional arrays.
    private void ArrayMethod(MethodInfo target, StackValue[] values)
    {
        var array = values[0];
        var type = target.DeclaringType!;
        var element = _kernel.LayoutOf(type.GetElementType()!);
        var address = _kernel.MultiArrayAddress(array, element, [.. values.Skip(1).Take(type.GetArrayRank()).Select(v => v.Scalar)]);
        switch (target.Name)
        {
            case "Get":
                _stack.Push(_kernel.Load(element, address));
                break;
            case "Set":
                _kernel.Store(element, address, values[^1]);
                break;
            default:
                Push(address);
                break;
        }
    }
}
